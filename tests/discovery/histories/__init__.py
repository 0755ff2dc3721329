"""Networks that change while they are scanned: each machine stays one device.

* `machines.py`: Machines with what they tell of themselves, and how they change.
* `network.py`: Where machines are, and what happens to a network from day to day.
* `test_histories.py`: Random histories: nothing merged in silence, nothing twice.
"""
