"""The domain: what the company owns, who has it, what it costs, what was seen.

Knows no network: `discovery` brings what collectors saw, `api` carries requests in.

* `money`, `periods` (pure): amounts in minor units, calendars and fiscal periods.
* `errors`, `events`, `registry`: the error tree, domain events, the one register
  for extensions.
* `storage`: engine, column types, unit of work, audit trail, migrations.
* `people`: persons, employments, departments, cost centres, locations, accounts.
* `assets`: the register, lifecycle, custody, allocation.
* `network`: devices and everything known of them, scans, sightings, links.
* `accounting`: depreciation methods, books, schedules, journal.

Imports run downwards only: assets | people | network | accounting -> storage ->
events -> registry -> money | periods | errors; contexts refer to each other by id.
"""
