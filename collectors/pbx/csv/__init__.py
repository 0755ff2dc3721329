"""Telephone systems without an interface: a CSV file they export.

* `reader.py`: Reads a list of extensions from a CSV file.
* `rows.py`: A list of extensions as CSV, for telephone systems without an interface.

Imported by `collectors.pbx.read`.
"""
