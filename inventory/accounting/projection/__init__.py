"""Future depreciation of very many assets, by arrays.

* `arrays.py`: Straight-line depreciation of very many assets at once, by arrays.
* `columns.py`: Projections of very many assets: straight-line ones as columns, others
  by id.

Imports `books` and the rooms below it.
"""
