"""What HR systems say, and what a person does about it.

* `hr_events.py`: What HR systems sent; `hr_event_acts.py` what a person settles of it.
* `person_merges.py`: Persons that turned out to be one.
* `reminders.py`: A person is reminded of what should be back.
* `privacy.py`: What is kept about a person, told and erased.
* `mails.py` `mail_settings.py`: What people are told by mail, and how it is sent.
* `hr_sources.py`: The systems that send it; `staff_sources.py` which of them decides.
* `provisioning_rules.py`: Kits, calendars, lines, notices, sources, by version;
  `readable_rules.py` what they say, as tables.
"""
