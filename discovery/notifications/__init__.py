"""What devices announce by themselves: traps, DHCP, SIP plug-and-play.

* `listen.py`: Hears phones and other machines as they start, and writes what they say.
* `trap_log.py`: What was heard of devices lately, for people to look at.
* `trap_rescans.py`: What traps and informs lead to: devices that are collected again,
  soon.

Starts scans of `discovery.scan`; imported by `api`.
"""
