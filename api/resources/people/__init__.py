"""People, the units they work in, and what HR says of them.

* `case_acts.py`: What may be done with a case.
* `case_lines.py`: Lines of cases.
* `cases.py`: Cases of joiners, movers, leavers and of people who are away.
* `cost_centres.py`: Cost centres.
* `departments.py`: Departments.
* `directory_groups.py`: Groups of identity providers (SCIM), with the team or kit each
  stands for.
* `directory_users.py`: Users of identity providers (SCIM), with the person each belongs
  to.
* `hr_events.py`: Events of HR systems, with what became of each; they come in at
  `/hr/events`.
* `hr_sources.py`: Systems that send HR events, and whether their events take effect.
* `kits.py`: Kits.
* `legal_entities.py`: Legal entities.
* `people.py`: People.
* `tasks.py`: Tasks.
* `unit_acts.py`: Adding and changing a unit of the organisation; nothing is ever
  deleted.
* `write_offs.py`: Write-offs that are proposed.

May import what `api.resources` may.
"""
