"""Resources of the network: one file each; `*_acts.py` what may be done with one.

devices.py  device_acts.py
"""
