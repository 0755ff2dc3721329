"""SNMP messages as octets: BER, versions 1 to 3, the User-based Security Model.

* `ber.py`: The part of BER that SNMP uses: lengths, integers, object identifiers,
  values.
* `message.py`: SNMP PDUs, and the messages of v1 and v2c around them.
* `security.py`: How a PDU gets into a message and out of one: the part that differs by
  version.
* `user.py`: Security of SNMPv3: a user's messages to and from one engine.
* `usm.py`: The cryptography of the User-based Security Model: keys, digests, ciphers.
* `v3.py`: SNMPv3 messages with the User-based Security Model around a scoped PDU.

All pure. Imported by `collectors.snmp.engine` only.
"""
