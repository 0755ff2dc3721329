"""Cisco Unified Communications Manager, through AXL and RisPort.

* `axl.py`: Cisco CUCM's configuration by AXL
* `reader.py`: Reads a Cisco CUCM
* `risport.py`: Which phones of a Cisco CUCM are registered, by RISPort70
  `selectCmDevice`.
* `soap.py`: SOAP 1.1 of Cisco CUCM
* `xml.py`: XML from strangers, read by defusedxml
"""
