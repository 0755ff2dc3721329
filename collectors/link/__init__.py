"""The local segment: what this machine's own links show.

* `neighbours`: MAC addresses the system has resolved already; needs no rights.
* `frames` (pure): LLDP, CDP and DHCP frames as facts.
* `segment`: ARP and listening through raw sockets, where the process may.

May be imported by `collectors.sweep.sweep`, `discovery` and `api`.
"""
