"""Provisioning: what HR says, what follows from it, and the lines it is carried out by.

* `statements/` *(pure)*: events of HR, and what all of a person together mean
* `kits.py` *(pure)*: who gets what: kits chosen by role, place, entity and day
* `plan.py` *(pure)*: timeline + kits -> cases and the lines they should have
* `line_states.py` *(pure)*: states of a line and the steps between them, as data
* `calendars.py` *(pure)*: working days and the present day of a site
* `separation.py` *(pure)*: who asks does not approve
* `notices.py` *(pure)*: what people are told by mail, in which words
* `employing_directories.py` *(pure)*: identity providers that say who works here
* `staff_sources.py` *(pure)*: rules of sources, as a form and as a file have them
* `rules.py` *(pure)*: all of it read from data files, checked at start
* `rulebook/` *(pure)*: documents of rules as people write them, by kind, and as tables
* `tables.py`: events, sources, tasks; `case_tables.py` cases, lines,
  purchase requests, proposals; plain rows
* `tasks.py`: what a person has to decide

May import `storage` and below. What is done with assets, people and books stands
above, in `inventory.hr`.
"""
