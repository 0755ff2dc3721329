"""Persons, units and places.

* `people.py`: Persons as lists and details.
* `holdings.py`: What persons hold now, of every kind
* `asset_places.py`: Where assets are, day by day
* `units.py`: Units of the organisation as lists, with the codes of what they refer
  to.
"""
