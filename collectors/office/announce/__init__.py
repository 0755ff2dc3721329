"""What the machines of the office say to anybody: for probes, without a credential.

* `datagrams.py`: Answers by UDP: mDNS, SSDP, WS-Discovery, NetBIOS.
* `encode.py`: Answers of devices to probes, as the protocols' documents have them.
* `machine.py`: Everything one machine says, port by port.
* `records.py`: What a model announces, as the truth file has it.
* `streams.py`: Conversations by TCP: web pages, IPP, SMB, RTSP, greetings.

Imports `collectors.office` and libraries only: not the parsers it is there to test.
"""
