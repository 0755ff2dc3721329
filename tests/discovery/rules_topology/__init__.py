"""The rules of topology one by one, on networks of a few devices.

Each test states one rule, from what bridges, LLDP, CDP and radios promise, and not
from what the code does.
"""
