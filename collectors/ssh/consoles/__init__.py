"""Consoles of network devices: commands by data, tables as facts.

* `cells.py`: The cells of one row, found under any of their names, and read as
  values.
* `chassis.py`: A network device as a box
* `interface_names.py`: Names of switch ports
* `platforms.py`: What is known of the command lines of network devices
* `read.py`: What to ask a network device
* `rows.py`: Rows that a template made of a command's output, taken up as facts.
* `templates.py`: The templates of ntc-templates
* `words.py`: Words on the consoles of network devices, as the vocabulary of facts.
"""
