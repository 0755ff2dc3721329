"""The MIB view of each device, built from the truth. All pure.

values.py     typed values, table helpers
view.py       SECTIONS and view(scene, device): everything an agent answers
system.py     system group, engine, vendor objects
interfaces.py IF-MIB, stacking, aggregates
addresses.py  addresses and ARP, old and new tables
bridge.py     bridge ports, MAC tables, VLANs; Cisco's and Junos's ways
cisco.py      VTP, VLAN membership, trunks
announce.py   what a device says by LLDP
lldp.py       LLDP and LLDP-MED tables
cdp.py        CDP cache
entity.py     physical parts
poe.py        Power over Ethernet
host.py       HOST-RESOURCES
wireless.py   Wi-Fi clients
"""
