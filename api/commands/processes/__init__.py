"""Commands that run until they are stopped.

* `collector.py`: `purser collector --server URL --token-file F`.
* `following.py`: `purser job follow`.
* `serve.py`: `purser serve` and `purser worker`.
"""
