"""Dated rates that a house enters.

* `exchange_rates.py`: What currencies were worth, one by one or from a file.
"""
