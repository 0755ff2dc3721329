"""Provisioning: what HR says, what follows from it, and the lines it is carried out by.

* `event_kinds.py` *(pure)*: kinds of HR events and of cases; one event as a value
* `timeline.py` *(pure)*: all events of a person -> employments, moves, absences; the
  order in which the events came does not matter
* `authority.py` *(pure)*: which source decides which field
* `kits.py` *(pure)*: who gets what: kits chosen by role, place, entity and day
* `plan.py` *(pure)*: timeline + kits -> cases and the lines they should have
* `line_states.py` *(pure)*: states of a line and the steps between them, as data
* `calendars.py` *(pure)*: working days and the present day of a site
* `rules.py` *(pure)*: all of it read from data files, checked at start
* `employment_periods.py` *(pure)*: what a timeline is made of
* `apply_event.py` *(pure)*: one event applied to it; `choose_employment.py` says to
  which employment, `move_days.py` does moves and absences that change or fall away
* `organisation.py` *(pure)*: what the names in events stand for;
  `units_of_entity.py` departments and cost centres of the employer
* `event_format.py` *(pure)*: events as they are sent: CloudEvents, rows of a CSV file
* `tables.py`: events, sources, tasks; `case_tables.py` cases, lines,
  purchase requests, proposals; plain rows
* `tasks.py`: what a person has to decide

May import `storage` and below. What is done with assets, people and books stands
above, in `inventory.hr`.
"""
