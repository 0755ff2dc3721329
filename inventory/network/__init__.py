"""What is on the network: devices, their evidence, where they are plugged in.

* `device_state.py`: What a device looks like now, and the difference to what is stored.
* `findings/`: What a person should look at; who gives addresses away.
* `identity_tables.py`: Rows a person works on: conflicts, decisions, reconciliation
  with the register.
* `merge_devices.py`: Ends a device that turned out to be another one.
* `port_order.py`: The order in which the ports of a device stand on its front.
* `queries/`: Devices, places, map and worklist as lists and details.
* `scan_tables.py`: Rows of scans and of what collectors read in them.
* `modem_tables.py`: Cellular modems in devices, with the SIM seen in each.
* `service_tables.py`: What listens on devices, with the certificate shown.
* `tables.py`: Rows of the network inventory.
* `topology_tables.py`: Rows that say where things are: neighbours, links, sightings.
* `worklist_decisions.py`: What a person decides about devices: corrections, links,
  acknowledgements.
* `write_device.py`: Writes devices: the difference between what is stored and what was
  computed.
* `write_parts.py`: Writes the parts of a device: only the rows that differ.
* `write_ports.py`: Writes what ports say of the moment: power, when they went up or
  down.
* `write_reconciliation.py`: Writes how devices and assets agree: only what changed,
  with its history.
* `write_topology.py`: Writes where things are: links, sightings, who a neighbour was.

`discovery` writes here, `api` reads here; nothing here imports either or knows a
network.
"""
