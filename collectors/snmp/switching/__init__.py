"""Topics of switches: VLANs, forwarding tables, port numbers.

* `fdb.py`: Topic fdb
* `fdb_per_vlan.py`: Forwarding tables that an agent keeps once per VLAN (Cisco IOS,
  CatOS, NX-OS).
* `port_map.py`: From the numbers and names agents use for ports to ifIndex.
* `vlans.py`: Topic vlans
* `vlans_vendor.py`: VLAN tables of vendors that do not fill Q-BRIDGE-MIB
"""
