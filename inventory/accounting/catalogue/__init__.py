"""Asset classes, accounts and books as dated data.

* `api_form.py`: Terms and events as people outside write them: amounts as text.
* `asset_classes.py`: Asset classes: which method, life, residual value and accounts
  in which book.
* `class_rules.py`: One dated rule of an asset class or a preset, and the terms it
  gives.
* `explain.py`: Rows as people and programs outside read them: amounts as text, and
  why.
* `ruleset.py`: The rules of accounting as records: books, classes, presets, tables,
  limits.
* `templates.py`: Templates: accounts, books and asset classes that a legal entity
  begins with.

Imports `methods`, `tax` and `model`; reads no database.
"""
