"""What else can be read of things of the register: their past, their files.

* `files_given.py`: Extracts that are files.
* `history.py`: Extracts about the past.

May import what `api.resources` may.
"""
