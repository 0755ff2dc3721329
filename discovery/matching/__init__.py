"""Which known device an observation is: identifiers, their weight, the match. Pure.

* `clusters.py`: Sets of records that are believed to be one device, while `match`
  joins them.
* `identifiers.py`: An observation to the identifiers in it, each with a strength and
  a scope.
* `match.py`: Which observations are of one device
* `placeholders.py`: Values that look like identity and are none
* `serial_scope.py`: The maker of a serial number in one spelling, so that serials can
  be compared.
"""
