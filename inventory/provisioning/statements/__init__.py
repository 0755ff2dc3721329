"""What HR says, and what all of it together means. Pure, every file of it.

* `event_kinds.py`: kinds of HR events; one event as a value
* `event_format.py`: events as they are sent: CloudEvents, rows of a CSV file
* `timeline.py`: all events of a person -> employments, moves, absences; the order in
  which the events came does not matter
* `employment_periods.py`: what a timeline is made of
* `apply_event.py`: one event applied to it; `choose_employment.py` says to which
  employment, `move_days.py` does moves and absences that change or fall away
* `authority.py`: which source decides which field
* `organisation.py`: what the names in events stand for; `units_of_entity.py`
  departments and cost centres of the employer

Imports `kernel` only.
"""
