"""Which credential opens a device, within the lock-out guard.

* `credentials.py`: Which secret for which target, in which order; remembers what
  worked.
* `login_guard.py`: Logins written down
* `memory.py`: What a scan remembers
"""
