"""Ask devices, return facts. Know no database, no web and no asset.

* `facts` (pure): the frozen records every collector returns.
* `ports`: the protocols through which collectors speak to the world.
* `errors`, `credentials`, `macs` (pure): error tree, log-ins as values, MAC rules.
* `pacing` (pure): packets per second, back-off, lock-out guard.
* `sweep`: who answers, by ICMP, TCP, SNMP, SIP.
* `snmp`: the engines and one file per topic; `ssh`: computers and network devices.
* `phones`, `pbx`, `link`: SIP, telephone systems, frames on the local segment.
* `replay`, `recording`: the same ports over recordings.
* `office`: a simulated company on loopback addresses, for the demo and the tests.

May be imported by `discovery` and `api`; imports nothing else of ours.
"""
