"""The rules of identity one by one: when two sightings are of one device.

Each test states one rule, from what the protocols and the makers promise, and not from
what the code does.
"""
