"""SNMP messages as octets: BER, versions 1 to 3, the user security model.

* `ber.py`: The part of BER that SNMP uses
* `message.py`: SNMP PDUs, and the messages of v1 and v2c around them.
* `security.py`: How a PDU gets into a message and out of one
* `user.py`: Security of SNMPv3
* `usm.py`: The cryptography of the User-based Security Model
* `v3.py`: SNMPv3 messages with the User-based Security Model around a scoped PDU.
"""
