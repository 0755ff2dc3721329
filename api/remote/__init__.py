"""Remote collectors: the program at a site, and what it keeps until it is sent.

* `agent.py`: `purser collector`: leases addresses, visits them, sends what it found.
* `line.py`: Its line to the centre: HTTPS with a token, tried until it works.
* `logins.py`: Its log-in book: failures and host keys, through restarts.
* `listening.py`: What it hears at its site: traps, DHCP, plug-and-play.
* `spool.py`: What is not sent yet, on disk and encrypted.
"""
