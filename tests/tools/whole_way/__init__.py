"""Scores what a site's register holds after `purser scan`, machine by machine.

* `__main__.py`: Plays machines, scans them again and again, prints the table.
* `machines.py`: Which machines are played, and what is true of each.
* `players.py`: Starts and ends the daemons that play them on loopback addresses.
* `ssh_player.py`: The process that plays consoles and computers over SSH.
* `stored.py`: What the database holds of each machine, and how much of it is right.

    python -m tests.tools.whole_way SHARED [--snmp N] [--consoles N] [--scratch FOLDER]

SHARED is the folder with `cli/`, `corpus/` and `farm/`. The accounts are those a site
would have: one community, one user of SNMPv3, one account of all consoles whose device
type is not told, one account of all Linux computers.
"""
