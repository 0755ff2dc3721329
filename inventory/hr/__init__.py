"""Carries out what HR says: people, cases, lines, assets and books together.

* `events/`      an event comes in: whose it is, whether it is new, what follows
* `cases/`       cases of joiners, movers and leavers: lines, steps, stock, write-offs
* `requests/`    what people ask for, and say of their own things
* `triggers/`    what opens or moves a case without an event of HR
* `staff_lists/`  lists of staff, as HR systems export them, become events
* `privacy/`  what is kept about a person, told and erased
* `views/`       cases and people as lists and details
* `person_file.py`  all that decides about a person, loaded once
* `history.py`   names of HR in the register: units, persons, sites
* `rule_versions.py` the rules of provisioning that are in force, and their versions
* `context.py`   unit of work and rules, which all of them take

Stands above the contexts and `queries`; only `handlers` and `api` import it.
"""
