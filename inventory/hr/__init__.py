"""Carries out what HR says: people, cases, lines, assets and books together.

* `intake.py`     an event comes in: who is it, is it new, what follows
* `known.py`      events and employments of a person, as the pure rules want them
* `employing.py`  employments and placements follow the timeline
* `cases.py`      cases and lines follow the plan
* `holdings.py`   everything a person holds, on the way or in charge of
* `stocking.py`   reserves for lines; shortages; what comes into stock
* `steps.py`      a step of a line with what it does to the asset
* `writeoff.py`   what a thing that is gone was worth, and who decides
* `witness.py`    what the network shows of things that should not be there
* `daily.py`      what the day brings: reminders, ends of contracts
* `sources.py`    kill switch and mass leavers
* `requests.py`   a request with a key has one effect
* `lists.py`      questions people ask; rows

Stands above the contexts and `queries`; only `handlers`, `discovery` and `api` import
it.
"""
