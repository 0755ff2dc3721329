"""Dated rates that a house enters: exchange rates.

* `income_tax.py`: Income tax rates of legal entities, dated.
* `tables.py`: Their rows in the database.
* `exchange.py`: The rate of a day, what it makes of an amount, and rates of a file.

Imports `kernel` and `storage` alone.
"""
