"""Users and groups of identity providers (SCIM).

* `differences.py`: Differences of the directory.
* `groups.py`: Groups of identity providers (SCIM), with the team or kit each stands
  for.
* `users.py`: Users of identity providers (SCIM), with the person each belongs to.

May import what `api.resources` may.
"""
