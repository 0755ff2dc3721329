"""Asset classes, accounts and books as dated data.

* `api_form.py`: Terms and events as people outside write them
* `asset_classes.py`: Asset classes
* `class_rules.py`: One dated rule of an asset class or a preset, and the terms it
  gives.
* `explain.py`: Rows as people and programs outside read them
* `ruleset.py`: The rules of accounting as records
"""
