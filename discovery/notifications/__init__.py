"""What devices announce by themselves: traps, DHCP, SIP plug-and-play.

* `listen.py`: Hears phones and other machines as they start, and writes what they
  say.
* `rescan.py`: What traps and informs lead to
* `trap_log.py`: What was heard of devices lately, for people to look at.
"""
