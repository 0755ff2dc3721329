"""What people who work here ask for, and say of their own things.

* `asking.py`: Something of the catalogue: a case of its own
* `approval.py`: What is dear is approved by who pays, too
* `purchase_requests.py`: Orders for lines that are short
* `own_things.py`: Things brought back by appointment, or missed
"""
