"""Stock-takes: expected, scanned, missing, corrected.

* `rules.py`: What a stock-take found, and what follows from it.
* `service.py`: Stock-takes
* `tables.py`: Rows of a stock-take
"""
