"""What is bought, and from whom.

* `orders.py`: Purchase orders, their lines, and what came.
* `suppliers.py`: Where orders go.
"""
