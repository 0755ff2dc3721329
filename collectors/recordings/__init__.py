"""Recordings of devices: written, made anonymous, played back.

* `anonymise.py`: Replaces addresses, names and serials in a recording, the same by the
  same.
* `masks.py`: Replacements for addresses, names and serials, made from a key.
* `record.py`: Records what an agent answers, so that it can be played back without it.
* `replay.py`: The SNMP port over recordings, so that every parser runs without a
  network.
* `sensitive_columns.py`: Where in a recording addresses, names and serials stand: data.

May be imported by `api` and the tests.
"""
