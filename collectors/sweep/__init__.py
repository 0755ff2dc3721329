"""Which addresses of a range answer, and to what.

* `icmp.py`: Echo requests to many addresses through one socket per address family.
* `sweep.py`: Who answers: ICMP, TCP, SNMP, SIP and, on a local segment, ARP.
* `tcp.py`: Which TCP ports are open, and what greets there.
* `through.py`: Who answers behind a jump host: TCP connects out of it.

`sweep.py` and `through.py` are the entry points of discovery.
"""
