"""Lists of what devices consist of and what is known of them, over all devices.

* `of_device.py`: What all of them share: the device, what is there no more.
* `interfaces.py`: Network interfaces.
* `ports.py`: Ports of switches, in the order they stand, and who is on them.
* `addresses.py`: IP addresses.
* `components.py`: Physical parts.
* `modems.py`: Cellular modems, and the SIMs seen in them.
* `services.py`: What listens on devices, and the certificates they show.
* `device_identifiers.py`: What tells devices apart.
* `device_fields.py`: The evidence: every value of every field, with who says so.
* `observations.py`: Which collector read which device, where and when.
"""
