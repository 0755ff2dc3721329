"""Topic neighbours: LLDP, LLDP-MED, CDP, FDP and EDP.

* `cdp.py`: Topic neighbours, the CDP, FDP and EDP part.
* `lldp.py`: Topic neighbours, the LLDP part (IEEE 802.1AB, both generations of its
  MIB).
* `lldp_ids.py`: How LLDP spells who and what a neighbour is (IEEE 802.1AB).
* `lldp_local.py`: What a device says of itself in LLDP and LLDP-MED (its local tables).
* `lldp_med.py`: LLDP-MED inventory of neighbours (ANSI/TIA-1057, LLDP-EXT-MED-MIB).
* `lldp_ports.py`: Which interface an LLDP local port number means (IEEE 802.1AB
  lldpLocPortTable).
* `lldp_tplink.py`: Topic neighbours, LLDP as TP-Link's switches tell it
  (TPLINK-LLDPINFO-MIB).
* `topic.py`: Topic neighbours: LLDP with LLDP-MED, CDP, FDP and EDP together.

Registered in `collectors.snmp.topic_register`; imports `switching`, never the other
way.
"""
