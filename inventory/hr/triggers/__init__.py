"""What opens or moves a case without an HR event.

* `signing.py`: links by which people sign, sent by mail
* `custody_events.py`: Things change hands or state outside of a case
* `daily.py`: What the day brings
* `notices.py`: Joiners, managers, IT and leavers are told by mail
* `orders.py`: Orders, and the lines that wait for them
* `overdue_loans.py`: Who has something too long is reminded
* `sightings_of_leavers.py`: What the network shows of things that should not be
  there.
* `telecom_line_events.py`: Telecom lines change outside of a case
"""
