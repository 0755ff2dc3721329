"""Our own SNMP engine: pure codec and state machines, and a thin asyncio driver.

    protocol/     messages as octets, per version; keys and ciphers of v3    (pure)
    cells.py      the hot loop: bindings into columns                        (pure)
    batch.py      columns asked for together; reading answers into them      (pure)
    walk.py       a walk of several columns: what to ask next                (pure)
    get.py        a GET of any number of instances                           (pure)
    next_instances.py  what follows an OID: what there is, unread                 (pure)
    operation.py  what walks and GETs have in common                         (pure)
    device.py     what is learnt about an agent: pace, sizes, weaknesses     (pure)
    exchange.py   one operation with one agent: repeats, bounds              (pure)
    probes.py     the packets of a sweep, and what their answers say         (pure)
    settings.py   bounds and pace                                            (pure)
    sockets.py    UDP sockets and the ICMP errors they report
    burst.py      one datagram to many addresses by few system calls
    driver.py     carries exchanges out: sockets, the timer, requests by id
    own_engine.py the engine and its sessions behind the port

`collectors.snmp.probe` sends the probes, `api.compose.wiring` makes an `OwnEngine`, and
everybody else knows the port only.
"""

from __future__ import annotations

from collectors.snmp.engine.device import Tuning
from collectors.snmp.engine.own_engine import OwnEngine, OwnSession
from collectors.snmp.engine.settings import EngineSettings

__all__ = ["EngineSettings", "OwnEngine", "OwnSession", "Tuning"]
