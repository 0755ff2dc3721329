"""Assets with holders, stock, contracts, stock-takes and history.

* `as_of.py`: Custody, place, cost centre and state of assets on any day or over a range
  of days.
* `as_of_questions.py`: Questions about the past by name.
* `asset_parts.py`: What belongs to an asset and what it is on the network.
* `assets.py`: Assets as lists and details.
* `audit_trail.py`: The audit trail, read.
* `contracts.py`: Contracts, licences, consumables, and what ends soon.
* `holders.py`: Who holds an asset, by name, whatever kind of holder it is.
* `import_sheet.py`: Assets as a table with the headings that an import understands.
* `location_history.py`: Where assets belonged on days in the past, from the audit
  trail.
* `stock.py`: Stock as lists.
* `stocktake_names.py`: Results of stock-takes with the names of what they are about.
* `stocktakes.py`: Stock-takes.
* `timeline.py`: Everything that ever happened to an asset, in one list.
"""
