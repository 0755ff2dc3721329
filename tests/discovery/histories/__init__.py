"""Networks that change while they are scanned: one device, one place, at each time.

* `machines.py`: Machines with what they tell of themselves, and how they change.
* `network.py`: Where machines are, and what happens to a network from day to day.
* `test_histories.py`: Random histories: nothing merged in silence, nothing twice.
* `floors.py`: Switches and who is plugged in, over a month.
* `test_moves.py`: Random months: nobody is moved who did not move.
"""
