"""What identity providers say of people and groups, kept as they said it.

* `tables.py`: one row a user or group of a provider, and its values for search
* `records.py`: write and find such rows; soft delete; versions
* `joining.py`: who is described is somebody who is there, by rules that are data
* `person_match.py`: which person a record belongs to, by number and never by name
* `field_ownership.py` *(pure)*: which provider may change which field of a person
* `queries.py`: lists for pages, API and command line

A record is not a person: two providers may know one person, and a person stays when
a provider forgets him. SCIM itself is spoken in `api.scim`. Stands above `people`;
imports `people`, `storage` and below.
"""
