"""Rules of provisioning as people write them: documents of YAML, by kind. Pure.

* `written.py`: a document, on which line each part of it stands, what differs
* `shapes.py`: what a part of a document may be, and what is wrong with one
* `document_shapes.py`: the shapes of kits, calendars, lines, notices and sources
* `kinds.py`: the kinds of rules: read, checked, put in the place of others
* `readable.py`: what rules say, as tables for people
"""
