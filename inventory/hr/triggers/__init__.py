"""What opens or moves a case without an HR event.

* `custody_events.py`: Things change hands or state outside of a case
* `daily.py`: What the day brings
* `notices.py`: Joiners, managers, IT and leavers are told by mail
* `sightings_of_leavers.py`: What the network shows of things that should not be
  there.
"""
