"""What every context stands on: money, days, periods, errors, events. Pure.

* `clean_text.py`: What any text that comes in must be.
* `errors.py`: Errors of the register.
* `events.py`: Domain events
* `money.py`: Money as whole minor units of one currency; no float ever touches it.
* `months.py`: Counting in calendar months.
* `periods.py`: Fiscal calendars
* `spans.py`: Half-open stretches of days, and what is in force when.
* `days.py`: Rules about single days.
* `patterns.py`: Regular expressions that people write, matched in linear time.
* `texts.py`: Texts that are shown to people, marked where they are written.
"""
