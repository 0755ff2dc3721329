"""Everything asked by SNMP.

* `collect.py`: Reads one device by SNMP: the entry point for discovery.
* `engine/`: Our own SNMP engine: pure codec and state machines, and a thin asyncio
  driver.
* `enterprises.py`: Which enterprises an agent has objects of, whatever its sysObjectID
  says.
* `identity_reading.py`: Reads one agent as far as is needed to say what it is.
* `neighbours/`: Topic neighbours: LLDP, LLDP-MED, CDP, FDP and EDP.
* `notifications.py`: What a trap or inform means: a device had better be collected
  again.
* `probe.py`: Who speaks SNMP: one request per credential to many addresses through one
  socket.
* `quirks.py`: Agents that must be asked in a special way: by sysObjectID, as data.
* `reference/`: pysnmp as the other engine, and the oracle of the contract tests.
* `smi_values.py`: Reading SMI values: text, MACs, addresses in values and in indexes,
  bit fields.
* `switching/`: Topics of switches: VLANs, forwarding tables, port numbers.
* `table_reader.py`: Carries out the reading that topics declare: probes, walks,
  fallbacks, problems.
* `topic.py`: What a topic is: the columns and scalars to ask for, and the cells they
  brought.
* `topic_register.py`: The register of topics: what is read, and which facts it becomes.
* `topics/`: One file a topic: objects to ask for and a pure parser to facts.
* `traps.py`: Receives traps and informs of SNMP v1, v2c and v3 through pysnmp.

`discovery` imports `collect`, `identity_reading` and `notifications`, `sweep` the
probe, `api.compose` the engines and `traps`, nobody else.
"""
