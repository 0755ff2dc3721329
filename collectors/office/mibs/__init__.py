"""The MIB view of each device, built from the truth file. All pure.

* `addresses.py`: IP-MIB: the addresses an agent holds and the ARP entries it has.
* `announce.py`: What a device says of itself on a cable: LLDP, LLDP-MED and CDP
  contents.
* `bridge.py`: BRIDGE-MIB and Q-BRIDGE-MIB: bridge ports, MAC tables, VLANs of ports.
* `cdp.py`: CISCO-CDP-MIB: neighbours that speak Cisco Discovery Protocol.
* `cisco.py`: Cisco's own VLAN tables: VTP, VLAN membership, voice VLANs, trunks.
* `entity.py`: ENTITY-MIB entPhysicalTable (RFC 6933): stack, chassis, supplies, fans,
  ports.
* `host.py`: HOST-RESOURCES-MIB (RFC 2790): memory, disks, devices, software.
* `interfaces.py`: IF-MIB, EtherLike duplex, ifStack and LAG: the interfaces of an
  agent.
* `lldp.py`: LLDP-MIB (IEEE 802.1AB-2005) and LLDP-EXT-MED-MIB (ANSI/TIA-1057) tables.
* `poe.py`: POWER-ETHERNET-MIB (RFC 3621): which ports feed a device.
* `system.py`: SNMPv2-MIB system group, SNMP-FRAMEWORK-MIB engine and vendor scalars.
* `values.py`: SMI values as agents hold them, and helpers to fill tables.
* `view.py`: The MIB view of a device: every object its agent answers, by context.
* `wireless.py`: AI-AP-MIB: who is associated with an Aruba Instant access point.

Imported by `collectors.office` only.
"""
