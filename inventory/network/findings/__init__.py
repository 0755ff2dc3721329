"""What a person should look at on the network: found, acknowledged, found again.

* `dhcp_servers.py`: Writes who gives addresses away on which segment.
* `rules.py`: What is worth a look among services, devices and DHCP servers; pure.
* `tables.py`: Rows of findings and of DHCP servers.
* `write.py`: Compares what is stored with what is found now; acknowledges and reopens.

`discovery` and housekeeping have findings looked for, `api` reads them.
"""
