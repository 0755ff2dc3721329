"""Dated rates that a house enters.

* `exchange_rates.py`: What currencies were worth, one by one or from a file.
* `income_tax_rates.py`: Income tax rates of legal entities, for deferred tax.
"""
