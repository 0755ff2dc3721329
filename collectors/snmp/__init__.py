"""Everything asked by SNMP.

engine/            our own engine: codec, walks, one socket for all devices
pysnmp_engine.py   the reference engine behind the same port; pysnmp_walk.py its walk
collect.py         what to read from one device; the one entry point of discovery
quirks.py          agents that must be asked in a special way
parts.py           the register of topics; reading.py carries out what they declare
topic.py values.py port_map.py   what topics are made of
system entity interfaces addresses arp bridge per_vlan vlans vlans_vendor neighbours
lldp lldp_ids lldp_ports med med_local cdp poe access wireless host printer power
phones peers
                   topics, one file each: columns to ask and a pure parser
traps.py           receives traps and informs through pysnmp; notices.py what they mean
probe.py           pre-built probes for the sweep

`discovery` imports `collect` and `notices`, `sweep` the probe, `api.compose.wiring` the
engines and `traps`, nobody else.
"""
