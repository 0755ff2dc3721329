"""A few devices that were read again: what that changes of the places.

* `before_visit.py`: What a device was like before it is visited again, as far as its
  place may matter.
* `confirm.py`: What a few devices told again: what stays, and which addresses are in
  doubt.
* `few_places.py`: Where a few addresses are, from those tables alone that know them.
* `read_parts.py`: Reads the part of a site that a few addresses need.

Imported by `discovery.scan`.
"""
