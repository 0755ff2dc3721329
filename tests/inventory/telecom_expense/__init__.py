"""What the telecom estate costs, who pays it, and what of it is wasted.

* `company.py`: a company with lines, made by the services.
* `test_months.py`: random months: accrued = allocated = posted; disputes reconcile.
* `test_loading.py`: invoices loaded again, replaced, approved, taken back; who pays.
"""
