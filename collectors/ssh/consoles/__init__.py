"""Consoles of network devices: commands by data, tables as facts.

* `cells.py`: The cells of one row, found under any of their names, and read as values.
* `chassis.py`: A network device as a box: who it is, what it is made of.
* `platform_of_answer.py`: Which platform an answer is of: whose template reads it.
* `interface_names.py`: Names of switch ports: one port, many spellings.
* `neighbours.py`: Rows of neighbour tables as facts; a summary and its details joined.
* `platforms.py`: What is known of the command lines of network devices: data from the
  caller.
* `port_use.py`: What a console says of the use of a port: its VLANs, its power.
* `read.py`: What to ask a network device: the entry point of discovery for command
  lines.
* `rows.py`: Rows that a template made of a command's output, taken up as facts.
* `templates.py`: The templates of ntc-templates: a command's text in, rows out.
* `vocabulary.py`: Words on the consoles of network devices, as the vocabulary of facts.

`read.py` is the entry point of discovery.
"""
