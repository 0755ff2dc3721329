"""Cases and people as lists and details.

* `detail.py`: One case in full, and what waits for a decision.
* `lists.py`: Questions people ask about cases, as rows.
* `purchases.py`: From a shortage to the hand-over: purchase requests with what became
  of them.
"""
