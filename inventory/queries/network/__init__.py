"""The network beside the register.

* `ports.py`: Who is on the ports of switches: devices, their assets and holders.
"""
