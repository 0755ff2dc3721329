"""What was heard without being asked for.

* `dhcp_servers.py`: Who gives addresses away on which segment.
* `traps.py`: Notifications heard from devices since the service started.
"""
