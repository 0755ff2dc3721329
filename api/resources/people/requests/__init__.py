"""What people ask for and say of their own things, and what has to be bought for it.

* `purchase_requests.py`: What lines that are short wait for; orders for it
* `own_acts.py`: Acts of who has things: ask, confirm, bring back, miss
"""
