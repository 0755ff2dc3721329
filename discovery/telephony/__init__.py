"""Registrations of telephone systems joined with phones and persons.

* `apply.py`: A reading of a telephone system into the register
* `extension_owner.py`: Whose extension it is
* `persons.py`: Reads the persons whom telephone systems may name.
* `phone_devices.py`: Which device on the network a registered phone is.
* `registrations.py`: Phones that register with a telephone system, as observations of
  them.
"""
