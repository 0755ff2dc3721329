"""HR events come in: whose they are, whether they are new, what follows.

* `apply_kits.py`: New kits for cases that are open
* `employments.py`: Employments and placements follow the timeline.
* `entity_transfers.py`: Things that go to another legal entity, proposed
* `follow.py`: Employments, cases, lines and tasks follow all that was said
* `idempotency.py`: A request with a key has one effect, however often it is sent.
* `merge_persons.py`: Two persons are one, and back again
* `person_match.py`: Who an event is about
* `placements.py`: Placements of an employment follow what is planned
* `questions.py`: Tasks that follow from events
* `receive.py`: An HR event comes in
* `settle.py`: Events corrected, withdrawn, forced, assigned by a person
* `sources.py`: Sources of HR events
"""
