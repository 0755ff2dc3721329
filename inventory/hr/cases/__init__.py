"""Cases of joiners, movers and leavers: lines, steps, stock, write-offs.

* `asset_effects.py`: What a step of a line does to the asset.
* `case_lines.py`: Lines of one case follow its plan
* `follow_plan.py`: Cases follow the plan
* `kit_versions.py`: Cases keep the kits they were opened with
* `extra_items.py`: Items above the kit
* `hand_over.py`: all that is ready, handed over in one act
* `holdings.py`: Everything a person holds, has on the way, or is in charge of.
* `provision_kit.py`: Lines that give somebody a kit.
* `reserve_stock.py`: Stock for lines
* `return_assets.py`: Things come back
* `telecom_lines.py`: Telecom lines that a kit gives and a leaver gives back.
* `steps.py`: A step of a line, with what it does to the asset.
* `transfer_and_absence.py`: Lines of a move and of an absence.
* `case_records.py`: Cases and lines written
* `write_off.py`: What a thing that is gone was worth, and who decides.
* `fresh_lines.py`: Lines for the items of a kit, with what is in stock for them, in few
  statements.
"""
