"""The SNMP agents of the office.

    ber.py      (pure) just enough BER to read requests and write answers
    encoded.py  (pure) a view encoded once, with the way from any OID to the next
    v2c.py      (pure) datagram in, datagram out, by community
    usm.py      keys, digests and ciphers, by pysnmp
    v3.py       datagram in, datagram out, by user and context
    agents.py   the agent of a device

Why not pysnmp's own agents: they take about 200 us a varbind, so one full walk of the
office (17,000 varbinds) would keep a core busy for 3.4 s, and each engine loads its
MIB modules anew and writes into the temporary directory. An encoded view answers in
about 5 us a varbind by community and 20 us under v3, sockets included: 0.2 s.
"""
