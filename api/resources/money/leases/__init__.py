"""Leases of a lessee.

* `leases.py`: Leases with liability and schedule: listed, taken in, changed, ended.
* `lease_inputs.py`: What these acts are given, and how it is read.
"""
