"""One file a topic: objects to ask for and a pure parser to facts.

* `addresses.py`: Topic addresses
* `arp.py`: Topic arp
* `entity.py`: Topic components
* `host.py`: Topics host, software and processes
* `interfaces.py`: Topic interfaces
* `phones.py`: Topic phones
* `poe.py`: Topic poe
* `port_users.py`: Topic port_users
* `power.py`: Uninterruptible supplies and power distribution
* `printer.py`: Topic supplies
* `routing_peers.py`: Topic peers
* `system.py`: Topic system
* `wireless.py`: Topic access_points and wireless_clients
"""
