"""CSV, XLSX and YAML files as rows of cells.

* `cells.py`: What is written in one cell of a table
* `listed_days.py`: Days as lists write them, by what the column itself tells.
* `profile_words.py`: What profiles of tables have in common.
* `sections.py`: Sections and fields of a company file, as data, and the values of one
  row.
* `sheet.py`: All rows of a company file, checked against themselves.
* `tabular.py`: Tables as CSV and XLSX, in and out, as bytes.
* `workbooks.py`: The cells of a workbook somebody sent, in bounded memory and time.
* `named_rows.py`: Rows of an input as a table: a spreadsheet, or text pasted from one.
"""
