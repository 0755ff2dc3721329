"""The commands of all resources: `purser <command> list|show|create|edit|<verb>`.

* `acts.py`: `purser <command> create|edit|delete|<verb>`.
* `extracts.py`: `purser <command> <extract> NAME`.
* `lists.py`: `purser <command> list|show` of every resource; acts are in `acts`.

`api.cli` registers `lists`; `lists.group` takes further commands of a resource.
"""
