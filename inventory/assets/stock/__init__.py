"""Stock rooms, reservations, purchase orders and receipts.

* `purchasing.py`: Orders, and what comes with them
* `service.py`: Reserving what is in stock; stock rooms and their minimum.
* `tables.py`: Rows of purchase and stock.
"""
