"""Everything asked by SNMP.

engine/            our own engine: codec, walks, one socket for all devices
pysnmp_engine.py   the reference engine behind the same port; pysnmp_walk.py its walk
collect.py         what to read from one device; the one entry point of discovery
topics             one file each: columns to ask and a pure parser
traps.py           receives traps and informs through pysnmp

`discovery` imports `collect` and `traps`, `api.wiring` the engines, nobody else.
"""
