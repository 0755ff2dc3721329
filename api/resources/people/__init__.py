"""People, the units they work in, and what HR says of them.

* `people.py`: Persons, with where they work.
* `legal_entities.py` `cost_centres.py` `departments.py`: Units of the organisation.
* `units.py` `unit_acts.py`: What units have alike; adding and changing one.
* `charged_assets.py`: What a cost centre pays for, page by page.
* `directory/`: Users and groups of identity providers, and where they differ.
* `cases.py` `case_lines.py`: Joiners, movers, leavers, and the lines of their cases.
* `case_acts.py`: What may be done with a case and with a line.
* `requests/`: what people ask for, and what is bought for it.
* `holdings.py`: What people hold now, whoever asked for it back or not.
* `returns_at_risk.py`: Things to come back, with what they are worth.
* `tasks.py` `write_offs.py`: What waits for the decision of a person.
* `hr/`: What HR systems sent, the systems, and what a person settles.
* `entity_transfers.py`: What goes with its holder to another legal entity.
* `kits.py`: What somebody gets who works as something.

May import what `api.resources` may.
"""
