"""Topics of switches: port numbers, VLANs, forwarding tables, Power over Ethernet.

* `fdb.py`: Topic fdb: which MAC was learned on which port.
* `fdb_per_vlan.py`: Forwarding tables that an agent keeps once per VLAN (Cisco IOS,
  CatOS, NX-OS).
* `poe.py`: Topic poe: power over Ethernet, per port and as a whole.
* `port_map.py`: From the numbers and names agents use for ports to ifIndex.
* `vlans.py`: Topic vlans: VLANs with names and ports, the VLAN of each port, voice
  VLANs.
* `vlans_vendor.py`: VLAN tables of vendors that do not fill Q-BRIDGE-MIB: where to
  look, as data.

Registered in `collectors.snmp.topic_register`; imports `topics`, never the other way.
"""
