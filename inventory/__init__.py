"""The domain: what the company owns, who has it, what it costs, what was seen.

Knows no network: `discovery` brings what collectors saw, `api` carries requests in.

* `money`, `periods`, `spans` (pure): amounts in minor units, fiscal calendars,
  half-open stretches of days and what is in force when.
* `errors`, `events`: the error tree, domain events.
* `storage`: engine, column types, unit of work, audit trail, migrations.
* `jobs`: work that outlives a request, and who works on it.
* `people`: persons, employments, departments, cost centres, locations, accounts.
* `assets`: the register, lifecycle, custody, allocation.
* `network`: devices and everything known of them, scans, sightings, links.
* `telecom`: telephone systems, extensions, numbers, who has which, from - to.
* `accounting`: depreciation methods, books, schedules, journal.
* `provisioning`: what HR says, and the cases, kits and lines that follow from it.
* `queries`, `bulk`: questions and loads that need several contexts at once.
* `loading`: a company file into the register.
* `hr`: carries out what HR says, with people, assets, network and books.
* `handlers`: which event is of interest to whom.

Imports run downwards only: loading -> queries | bulk -> assets | people | network |
accounting -> storage -> events -> money | periods | spans | errors; contexts refer
to each other by id.
"""
