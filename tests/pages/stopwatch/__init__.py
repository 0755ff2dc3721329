"""The stopwatch: what four departments do every day, by the browser, clicks counted.

* `person.py`: Who sits before the browser; counts what he does.
* `network.py` `register.py` `people.py` `money.py` `house.py`: The tasks, as data.
* `test_stopwatch.py`: Each of them, on a desk and on a phone; prints the table.
* `test_keyboard.py`: Five of them without a mouse.
* `test_accessibility.py`: What axe says of the pages they meet.
"""
