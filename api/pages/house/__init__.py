"""Pages of the house.

* `home.py`: The first page of each role: what waits for a decision.
* `directory.py`: Where identity providers and the register differ.
"""
