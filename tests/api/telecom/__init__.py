"""Telecom assets by HTTP: from a contract to a credit note.

* `estate.py`: a company with twenty SIMs and a trunk, made by HTTP.
* `test_demo_company.py`: the demo has all of it.
* `test_rights.py`: who sees PIN and PUK; what is refused.
* `test_story.py`: the whole story in one test, on both databases.
"""
