"""What people ask for and say of their own things, and what has to be bought for it.

* `purchase_requests.py`: What lines that are short wait for; orders for it
* `missing_things.py`: What somebody says of a thing of his that is missing.
* `own_acts.py`: Acts of who has things: ask, confirm, bring back
"""
