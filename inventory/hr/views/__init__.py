"""Cases and people as lists and details.

* `detail.py`: One case in full, and what waits for a decision.
* `lists.py`: Questions people ask about cases, as rows.
"""
