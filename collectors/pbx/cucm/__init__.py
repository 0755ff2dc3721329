"""Cisco Unified Communications Manager, through AXL and RisPort.

* `axl.py`: Cisco CUCM's configuration by AXL: phones, their lines, users, line groups.
* `reader.py`: Reads a Cisco CUCM: what is configured (AXL) and what is registered
  (RISPort70).
* `risport.py`: Which phones of a Cisco CUCM are registered, by RISPort70
  `selectCmDevice`.
* `soap.py`: SOAP 1.1 of Cisco CUCM: envelopes written and read, faults as reasons.

Imported by `collectors.pbx.read`.
"""
