"""Questions and answers of protocols that tell what a device is unasked. All pure.

* `certificates.py`: X.509 certificates of servers: names, issuer, end, the key's
  fingerprint.
* `dns.py`: DNS messages as far as discovery needs them: bounded, no recursion.
* `greetings.py`: What servers say first, and to a harmless question: FTP, SMTP, Telnet,
  RTSP.
* `http_page.py`: The first page of a web server: title, server, realm, generator.
* `industrial.py`: Identity of controllers: BACnet, Modbus, EtherNet/IP.
* `ipp.py`: IPP Get-Printer-Attributes.
* `mdns.py`: What a device says by multicast DNS, asked directly.
* `netbios.py`: The NetBIOS name service: the status of a node.
* `ntlm.py`: The first two messages of NTLM: a server names itself unasked.
* `rdp.py`: The beginning of RDP: which security it wants.
* `said.py`: What a device said to a probe, collected by a parser within bounds.
* `smb.py`: SMB 2 negotiation and whether SMB 1 is spoken.
* `snmp_engine.py`: The identity of an SNMPv3 engine, which it tells without a user.
* `ssh_hello.py`: The beginning of SSH: version, algorithms, host key; no login.
* `upnp.py`: SSDP and the UPnP device description.
* `wsd.py`: WS-Discovery and the metadata of devices that speak DPWS or ONVIF.

Every parser takes bytes from strangers and returns `Said`, whatever they are.
"""
