"""The SNMP agents of the office.

    ber.py      (pure) just enough BER to read requests and write answers
    encoded.py  (pure) a view encoded once, with the way from any OID to the next
    v2c.py      (pure) datagram in, datagram out, by community
    v3.py       USM and message processing by pysnmp, answers from the same views

Why two: pysnmp as agent takes about 200 us a varbind, so one full walk of the office
would keep a core busy for seconds; an encoded view answers in about 1 us a varbind.
Under v3 pysnmp stays, so that our own manager's security is tried against code that
is not ours.
"""
