"""Telephony: extensions, numbers, phones, and the systems they were read from.

* `extensions.py`: Extensions with their phones and persons; whose one is.
* `numbers.py`: Numbers of the public network.
* `phones.py`: Phones as telephone systems know them.
* `registrations.py`: Which phone has, or had, which extension.
* `phone_systems.py`: The telephone systems that were read.

May import what `api.resources` may.
"""
