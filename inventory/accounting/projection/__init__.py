"""Schedules of many assets at once, as arrays.

* `arrays.py`: Straight-line depreciation of very many assets at once, by arrays.
* `columns.py`: Projections of very many assets
* `straight_line.py`: The plain case, quickly
"""
