"""SCIM 2.0 (RFC 7643, 7644) at `/scim/v2`, over scim2-server and our own tables.

* `models.py`: users, groups, the enterprise extension and ours; what we announce
* `values.py`: a resource -> the rows filters and sorts look at
* `filters.py`: a filter -> SQL; `filter_rewrites.py` reads it as it is meant first
* `paging.py`: order, index pages and cursors (RFC 9865) -> SQL
* `storage.py`: the storage of scim2-server over `inventory.directory`
* `service.py`: the steps of the protocol that differ from the library's
* `handler.py`: worked out without a lock, written if still true
* `group_members.py` *(pure)*: hundreds of members of a group at once
* `register_effects.py`: what a record does to persons, teams and tasks
* `admission.py`: tokens with the role `scim`, limits of rate and size
* `record_mapping.py` *(pure)*: a resource -> the record that is kept of it
* `search_pages.py`: one page of a search as two statements
* `application.py`: the ASGI application; `mount.py` loads it with the first request

Identity providers know who has an account, not when somebody is hired or leaves: a
record that becomes inactive opens a task to confirm the leaver and recovers nothing.
"""
