"""Which port leads where: links between switches, the port of every endpoint.

* `incremental/`: A few devices that were read again: what that changes of the places.
* `announced_places.py`: Places that announcements and radios tell, where no forwarding
  table does.
* `bridges.py`: Forwarding tables to the ports that lead from bridge to bridge.
* `compute.py`: The whole topology of a site in one step: links, places, who announced
  what.
* `cut_vertices.py`: Which bridges still reach each other when one is taken out.
* `endpoints.py`: Devices that are known only because others saw or heard them.
* `expiry.py`: When a place is believed no more, and how long the past is kept.
* `further_on.py`: Which bridges see an address that no other one sees further on.
* `intermediate.py`: What lies between a port and what is seen on it: phone, radio, host
  or hub.
* `links.py`: Announcements (LLDP, CDP, FDP, EDP) to links.
* `load_site.py`: Reads what topology needs of one site from the database.
* `model.py`: Who is connected to whom, and where every endpoint is plugged in.
* `placement.py`: The port of every endpoint, from forwarding tables, announcements and
  Wi-Fi.
* `port_pairs.py`: Which ports of two bridges face each other, from what both have
  learned.
* `ways.py`: Which port leads to which bridge: what is told and what nothing
  contradicts.
* `wifi_clients.py`: Reads Wi-Fi clients from what access points and controllers told.

Imported by `discovery.scan`.
"""
