"""Ask devices, return facts. Know no database, no web and no asset.

* `bounded_xml.py`: XML from strangers, read by defusedxml: no entities, no fetching,
  bounded.
* `credentials.py`: Credentials as values: what a session needs to log in.
* `errors.py`: Everything a collector may raise.
* `facts.py`: What collectors return: frozen records of facts, each row as the device
  told it.
* `link/`: The local segment: what this machine's own links show.
* `mac_vendors.py`: Who bought a block of MAC addresses, by the list that scapy carries.
* `macs.py`: MAC addresses: one spelling, and which of them identify anything.
* `office/`: A simulated office on loopback addresses: for the demo, for tests, for
  trying tools.
* `pacing.py`: How fast we may ask, and how often we may fail.
* `pbx/`: Telephone systems: extensions, registrations, mailboxes, groups, numbers.
* `phones/`: Telephones asked directly: SIP OPTIONS, status pages; and heard as they
  start.
* `ports.py`: The ports through which collectors speak to the world.
* `probes/`: What a device says of itself to anybody: asked without any credential.
* `recordings/`: Recordings of devices: written, made anonymous, played back.
* `snmp/`: Everything asked by SNMP.
* `ssh/`: Everything asked over SSH: the shells of computers, the consoles of network
  devices.
* `streaming.py`: Asking many addresses and handing on each answer as it comes.
* `sweep/`: Which addresses of a range answer, and to what.
* `text.py`: Text from strangers, made safe to keep and to show.
* `user_agents.py`: What a User-Agent says: vendor, model, firmware, MAC, serial.
* `failed_parts.py`: One line in the log for each table, command or system that brought
  nothing.
* `patience.py`: Time limits that count how long we listened, not how long we were not
  running.
* `sentences.py`: Sentences for a person that still know their parts, to be told in any
  language.
* `winrm/`: Windows computers over WinRM: PowerShell remoting (MS-PSRP over MS-WSMV).

May be imported by `discovery` and `api`; imports nothing else of ours.
"""
