"""Extensions, numbers and phones.

* `extensions.py`: Extensions with their phones and persons, and numbers, as of a day;
  read only.
* `phones.py`: The phones of extensions, with the device, the switch port and the
  asset each is.
"""
