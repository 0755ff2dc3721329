"""How columns of other programs map to fields of the register.

* `apply.py`: Rows of a table as fields of assets, as a profile reads them.
* `profile.py`: How the columns of a table become fields of assets, as data.
* `store.py`: Profiles that somebody saved, beside those that come along.
"""
