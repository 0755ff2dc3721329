"""What goes in and out as tables and labels.

* `asset_sheet.py`: Assets under the headings that an import understands.
* `import_profiles.py`: Import profiles.
* `importing.py`: Imports of tables of assets.
* `labels.py`: Labels of assets, and on which sheets and tapes they are printed.
* `staff_lists.py`: Lists of staff of HR systems: first what each row would do, then
  done.

May import what `api.resources` may.
"""
