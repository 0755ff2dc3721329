"""A simulated office on loopback addresses: for the demo, for tests, for trying tools.

* `__main__.py`: Runs the simulated office in the foreground, for trying one's own tools
  on it.
* `announce/`: What the machines of the office say to anybody, without a credential.
* `asterisk_answers.py`: What the office's telephone system answers its manager
  (Asterisk 18, PJSIP).
* `asterisk_port.py`: The manager port of the office's telephone system: one
  conversation a connection.
* `cabling.py`: Who sees whom: MAC tables, neighbours and ARP, derived from the cables.
* `errors.py`: What can be wrong with a simulated office before it runs.
* `expected_findings.py`: What a scan of the office must find: the table to compare a
  database with.
* `layout.py`: The interfaces of a device and what each is used for.
* `mibs/`: The MIB view of each device, built from the truth.
* `model.py`: The records of a simulated office: what the truth file says, checked.
* `phone_pages.py`: The status page of the office's Cisco phones, as their firmware
  writes it.
* `phone_web.py`: The web servers of the office's phones: one GET a connection.
* `products.py`: The records of products: what all devices of a model have in common.
* `server.py`: OfficeServer: every device of the office on its own loopback address.
* `settings.py`: How an office is reached: networks, ports and credentials of its scan
  file.
* `shells/`: What SSH leads to in the office.
* `sip.py`: A SIP user agent that answers OPTIONS and nothing more (RFC 3261).
* `snmp/`: The SNMP agents of the office.
* `tcp_port.py`: A TCP port of the office: opened, closed, and a conversation a
  connection.
* `truth.py`: Reads the truth of a simulated office and refuses one that contradicts
  itself.

Imports `collectors.credentials`, `collectors.macs` and libraries only: not the parsers
it is there to test.
"""
