"""Which known device an observation is: identifiers, their weight, the match. Pure.

* `clusters.py`: Sets of records that are believed to be one device, while `match` joins
  them.
* `identifiers.py`: An observation to the identifiers in it, each with a strength and a
  scope.
* `match.py`: Which observations are of one device: same, new or conflict, with reasons.
* `placeholders.py`: Values that look like identity and are none: fillers, defaults,
  shared addresses.
* `serial_scope.py`: The maker of a serial number in one spelling, so that serials can
  be compared.

Imported by `discovery.observations` and `discovery.topology`.
"""
