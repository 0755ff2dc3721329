"""A simulated office on loopback addresses: for the demo, for tests, for trying tools.

    products.py  (pure) records of models: ports, LLDP, chassis, machine
    model.py     (pure) records of the truth file: devices, cables, VLANs
    truth.py     (pure) load_office(mapping): checks that the truth holds together
    layout.py    (pure) interfaces of a device
    cabling.py   (pure) Scene: who is reached through which port
    expected.py  (pure) what a scan must find: devices, endpoints, links
    mibs/        (pure) the objects each agent answers
    snmp/        agents: v2c by a small responder of our own, v3 by pysnmp
    sip.py       answers SIP OPTIONS
    exchange.py  (pure) what the telephone system tells its manager; manager.py its port
    pages.py     (pure) status pages of phones; web.py their web servers
    tcp_port.py  opening and closing of a TCP port, for manager.py and web.py
    shells/      SSH: computers and a network device's command line
    settings.py  (pure) networks, ports and credentials of scan.yaml
    server.py    OfficeServer: all of it on its addresses, start and stop
    __main__.py  runs the office in the foreground

Imports `collectors.credentials`, `collectors.macs` and libraries only: not the parsers
it is there to test.
"""
