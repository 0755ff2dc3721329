"""Tax law over the assets of an entity: elections, conventions of a year, pools.

* `convention_of_year.py`: Half-year or mid-quarter, for the purchases of a tax year.
* `deferred.py`: Deferred tax of a pair of books, booked on request.
* `pools.py`: Pools: balances taken over, years declared.
* `tax_elections.py`: Elections of United States tax law, and the limits of the year.

May import the contexts and the modules of `fixed_assets`.
"""
