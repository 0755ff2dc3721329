"""Loading many rows at once: company files, and tables of assets from other programs.

`company_file.py` is the way in for the first, `importing.py` for the second.

* `files/`: CSV, XLSX and YAML files as rows of cells.
* `profiles/`: How columns of other programs map to fields of the register.
* `assets.py`: Writes assets, custody and allocations of a file.
* `company_file.py`: Loads a company into the register.
* `importing.py`: Imports a table of assets.
* `known_codes.py`: Which codes, keys, serials and tags the database has.
* `organisation.py`: Writes units, manufacturers, persons and placements of a file.
* `planning.py`: Decides what each row of a table does, against what the register has.
* `references.py`: Which person, place or company a cell means, and who is to be added.
* `register_lookup.py`: What the register has of what a table names, all in memory.
* `row_effects.py`: What an import is going to do with each row.
* `writing.py`: Writes what was planned, many rows a statement.

May import every context of `inventory`.
"""
