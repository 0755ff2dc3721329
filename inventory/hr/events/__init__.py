"""HR events come in: whose they are, whether they are new, what follows.

* `employments.py`: Employments and placements follow the timeline.
* `idempotency.py`: A request with a key has one effect, however often it is sent.
* `person_match.py`: Who an event is about
* `receive.py`: An HR event comes in
* `sources.py`: Sources of HR events
"""
