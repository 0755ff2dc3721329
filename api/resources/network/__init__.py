"""Resources of the network: one file each; `*_acts.py` what may be done with one.

* `devices.py` `device_acts.py`: What is on the network.
* `parts/`: What devices consist of, and the evidence, over all devices.
* `identity.py`: Why a device is taken for what it is.
* `sites.py`: Sites, with how many devices each has.
* `sightings.py`: Where a MAC or an address was, and what was on a port.
* `links.py`: Cables between devices.
* `neighbours.py`: What was heard at the other end of cables, visited or not.
* `worklist.py`: Where network and register do not agree.
* `findings.py`: Certificates that end, old protocols, unknown devices; acknowledged.
* `suggestions.py`: What devices may be; a person decides.
* `conflicts.py` `decisions.py`: Observations that fit several devices; merges, splits.
* `scans.py` `scan_hosts.py`: Scans, and what came of each host.
* `heard/`: Traps, and who gives addresses away.
"""
