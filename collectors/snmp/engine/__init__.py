"""Our own SNMP engine: pure codec and state machines, and a thin asyncio driver.

    ber.py        lengths, integers, object identifiers, values        (pure)
    message.py    PDUs; messages of v1 and v2c                         (pure)
    v3.py         messages of v3                                       (pure)

`discovery` and topics know the port only; `api.wiring` makes an `OwnEngine`.
"""
