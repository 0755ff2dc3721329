"""A small office of real daemons in network namespaces.

* `namespaces`: namespaces and cables, daemons in them, the clearing up.
* `configs`: the configuration files of the daemons.
* `site`: the office itself with its truth: who is plugged in where.
* `bridge_agent`: serves the bridge's real forwarding table to snmpd, which has none.
* `inside`: runs a function of a test module inside a namespace.
"""
