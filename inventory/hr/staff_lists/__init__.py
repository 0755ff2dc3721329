"""Lists of staff as HR systems export them: what differs becomes events of HR.

* `profile.py` *(pure)*: how the columns of a list are read, as data
* `rows.py` *(pure)*: cells of a list as fields
* `differences.py` *(pure)*: a row beside what is known -> events
* `listed_days.py`: as of which days lists were taken in, for one that is late
* `known.py`: who of a source is known, with what
* `units.py`: names and codes of a list in the register; new ones are added
* `load.py`: a list taken in, or tried
* `directory_users.py`: users of an identity provider, where that is the source
* `reading_users.py`: all users of a provider, read once it became the source

A list tells how things are, not what happened: somebody new is a hire, another
department a transfer, a last day a termination. Who is not in it is told, and left
alone.
"""
