"""Devices of the network against assets of the register.

* `adopt.py`: Devices into the register: adopted by a person, or by rules at the end of
  a scan.
* `adoption_rules.py`: Which unregistered devices become assets by themselves, and as
  what.
* `compare_some.py`: Compares a few devices with the register, and whatever they may be.
* `import_hints.py`: Which devices a table of assets almost means, before it is written.
* `near_misses.py`: Serial numbers that are almost the same: read wrongly, or typed
  wrongly.
* `records.py`: Devices and assets as reconciliation looks at them, and which asset a
  device is.
* `rules.py`: Devices and assets to matches and worklists.
* `seen_places.py`: In which building and room devices are seen, as far as the register
  knows switches.
* `service.py`: Reads devices and assets, reconciles them, writes what changed.
* `worklist_actions.py`: What a person does with a row of the worklist: adopt it, link
  it.

Imported by `discovery.scan` and `api`.
"""
