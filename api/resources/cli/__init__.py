"""The commands of all resources: `purser <command> list|show|create|edit|<verb>`.

* `groups.py`: The group of each resource, made when it is used.
* `lists.py`: `purser <command> list|show`.
* `acts.py`: `purser <command> create|edit|delete|<verb>`.
* `extracts.py`: `purser <command> <extract> NAME`.
* `whole.py`: One thing as text, as its page shows it.
* `remembered.py`: What help says of them, from one run to the next.
* `options.py`: Options, checked input and output that these share.

`api.cli` registers `groups`; `groups.group` takes further commands of a resource.
"""
