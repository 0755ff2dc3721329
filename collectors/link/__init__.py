"""The local segment: what this machine's own links show.

* `dhcp_observation.py`: What a DHCP request says of the machine that sent it, as an
  observation.
* `frames.py`: Frames heard on a link, as facts: LLDP, CDP and DHCP.
* `kernel_neighbours.py`: Who is on our own segments, as the system's neighbour tables
  know it.
* `scapy_link.py`: A local segment through scapy: asking by ARP, listening to
  announcements.

May be imported by `collectors.sweep.sweep`, `discovery` and `api`.
"""
