"""WinRM: sessions with a service that is played, and what goes wrong with one.

* `played.py`: A WinRM service on a loopback address.
"""
