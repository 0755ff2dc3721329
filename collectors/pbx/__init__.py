"""Telephone systems: extensions, registrations, mailboxes, groups, numbers.

* `facts` (pure): what they tell, as frozen records without room for a secret.
* `source` (pure): where they are and within which limits they are read.
* `phones` (pure): who a registered phone is, by name, SIP instance, User-Agent.
* `streams`: lines of a TCP or TLS connection, bounded.
* `ami`, `asterisk_rows` (pure), `manager`, `asterisk`: Asterisk and FreePBX.
* `esl` (pure), `freeswitch`: FreeSWITCH and FusionPBX. `kamailio`: JSON-RPC.
* `soap`, `xml` (pure), `axl`, `risport`, `cucm`: Cisco CUCM.
* `three_cx`, `teams`: 3CX version 20, Microsoft Teams. `http`: what they go through.
* `csv_rows` (pure), `csv_file`: lists of all other systems.
* `read`: any of them, within its time.

Nothing here calls, changes or registers. May be imported by `discovery` and `api`.
"""
