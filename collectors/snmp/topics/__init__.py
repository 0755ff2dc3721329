"""One file a topic: objects to ask for and a pure parser to facts.

* `addresses.py`: Topic addresses: the IP addresses a device holds.
* `arp.py`: Topic arp: IP to MAC bindings, ARP and Neighbour Discovery.
* `entity.py`: Topic components: the physical parts (ENTITY-MIB, RFC 6933).
* `host.py`: Topics host, software and processes: HOST-RESOURCES-MIB (RFC 2790), UCD.
* `interfaces.py`: Topic interfaces: ports, their speeds, stacking and aggregates.
* `modems.py`: Topic modems: cellular modems of routers, and the SIMs in them.
* `phones.py`: Topic phones: telephones and gateways as a Cisco call manager knows them.
* `port_users.py`: Topic port_users: who is authenticated on, or pinned to, which port.
* `power.py`: Uninterruptible supplies and power distribution: model, serial, battery,
  load.
* `printer.py`: Topic supplies: a printer's serial, supplies, trays and page count.
* `routing_peers.py`: Topic peers: BGP and OSPF neighbours, as hints where to look next.
* `system.py`: Topic system: who the agent says it is (SNMPv2-MIB, SNMP-FRAMEWORK-MIB).
* `wireless.py`: Topic access_points and wireless_clients: what a wireless controller
  knows.

Registered in `collectors.snmp.topic_register`.
"""
