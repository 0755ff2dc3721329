"""Evidence to identity: what a device is. Everything here is pure.

* `clean_text.py`: Text from devices made safe to weigh: bounded, printable, without
  placeholders.
* `device_types.py`: The words Purser has for what a device is: general types and their
  sub-types.
* `evidence.py`: Observations of one device laid out for the rules: texts, objects,
  components.
* `explain.py`: The reasoning in lines: clues, statements, winner, what would settle the
  rest.
* `hints.py`: What capabilities, MAC prefixes, open ports, layers and tables suggest:
  little.
* `identification.py`: Identification bound to its knowledge, in the shape a scan uses.
* `identify.py`: What is it? Type, vendor, model, serial, version of a device, with the
  evidence.
* `interface_shape.py`: What the interfaces of a device, their types and names, show of
  what it is.
* `reliability.py`: From what statements amount to, to how often such answers are right.
* `rules/`: What is known of vendors as data files: form, rules, objects to ask for.
* `spelling.py`: Puts vendor spellings and kinds of values into one form before
  weighing.
* `standards.py`: What the standard MIBs, SMBIOS and LLDP-MED state, whoever the vendor.
* `texts/`: What a device says in words, read by form and by general knowledge.
* `verdicts.py`: Statements that clues make about a device, and the verdict per field.
* `weigh.py`: From statements to verdicts: the best consistent set wins.

Callers use `identify.py`, or `identification.py`, which binds it to the rule files.
"""
