"""What HR systems say, and what a person does about it.

* `hr_events.py`: What HR systems sent; `hr_event_acts.py` what a person settles of it.
* `hr_sources.py`: The systems that send it.
"""
