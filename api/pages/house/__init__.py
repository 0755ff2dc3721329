"""Pages of the house.

* `home.py`: The first page of each role: what waits for a decision.
* `setup.py`: Setting up an empty installation, step by step.
"""
