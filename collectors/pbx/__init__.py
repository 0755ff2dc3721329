"""Telephone systems: extensions, registrations, mailboxes, groups, numbers.

* `asterisk/`: Asterisk, through its manager interface (AMI).
* `csv/`: Telephone systems without an interface: a CSV file they export.
* `cucm/`: Cisco Unified Communications Manager, through AXL and RisPort.
* `facts.py`: What telephone systems tell: extensions, registrations, mailboxes, groups,
  numbers.
* `freeswitch/`: FreeSWITCH, through its event socket.
* `http.py`: HTTP to telephone systems: TLS checked, no redirects, bounded in size and
  time.
* `kamailio.py`: Reads the registrations of Kamailio by JSON-RPC over HTTP (`ul.dump`).
* `line_stream.py`: A TCP or TLS connection that is read line by line within bounds.
* `phone_identity.py`: Who a registered phone is: its MAC from name, SIP instance or
  User-Agent.
* `read.py`: Reads one telephone system of any kind; what does not work becomes a
  problem.
* `source.py`: How a telephone system is reached: address, account, limits.
* `teams.py`: Reads Microsoft Teams by Graph 1.0: telephone numbers and whose they are.
* `three_cx.py`: Reads 3CX version 20 by its Configuration API (XAPI): users, phones,
  groups.

Nothing here calls, changes or registers. May be imported by `discovery` and `api`.
"""
