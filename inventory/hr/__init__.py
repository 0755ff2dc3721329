"""Carries out what HR says: people, cases, lines, assets and books together.

* `intake.py`, `identity.py`  an event comes in: who is it, is it new, what follows
* `known.py`      events and employments of a person, as the pure rules want them
* `employing.py`  employments and placements follow the timeline
* `cases.py`      cases follow the plan; `following.py` their lines, by kind of case:
                  `providing.py`, `moving.py`, `returning.py`; `extras.py` above the kit
* `holdings.py`   everything a person holds, on the way or in charge of
* `stocking.py`   reserves for lines; shortages; what comes into stock
* `steps.py`, `effects.py`  a step of a line with what it does to the asset
* `writing.py`    cases and lines written, with story, audit row and event
* `writeoff.py`   what a thing that is gone was worth, and who decides
* `noticing.py`   things that change hands outside of a case
* `witness.py`    what the network shows of things that should not be there
* `daily.py`      what the day brings: reminders, ends of contracts
* `sources.py`    kill switch and mass leavers
* `requests.py`   a request with a key has one effect
* `lists.py`, `reading.py`  questions people ask; rows
* `context.py`       unit of work and rules, which all of them take

Stands above the contexts and `queries`; only `handlers` and `api` import it.
"""
