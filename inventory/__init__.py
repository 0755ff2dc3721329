"""The domain: what the company owns, who has it, what it costs, what was seen.

Knows no network: `discovery` brings what collectors saw, `api` carries requests in.

* `kernel` (pure): money, days, periods, errors, events: what every context stands on.
* `storage`: engine, column types, unit of work, audit trail, migrations.
* `jobs`: work that outlives a request, and who works on it.
* `people`: persons, employments, departments, cost centres, locations, accounts.
* `assets`: the register, lifecycle, custody, allocation.
* `network`: devices and everything known of them, scans, sightings, links.
* `telecom`: telephone systems, extensions, numbers, carriers, contracts.
* `accounting`: depreciation methods, books, schedules, journal.
* `provisioning`: what HR says, and the cases, kits and lines that follow from it.
* `directory`: what identity providers say of people and groups, as they said it.
* `vault`: secrets for devices, sealed; who may use them, and who did.
* `outbox`: events for other programs, delivered until they are taken; mails.
* `scoping`: what a caller sees who is not to see everything.
* `backup`: one encrypted file with the database, attached files and settings.
* `proving`: what proves that the register is as the audit trail tells.
* `fixed_assets`: assets of the register in the books.
* `telecom_expense`: what the telecom estate costs, who pays it, what is wasted.
* `queries`, `reports`, `bulk`: questions, reports and loads that need several contexts.
* `hr`: carries out what HR says, with people, assets, network and books.
* `handlers`: which event is of interest to whom.

Imports run downwards only, as the contracts in pyproject.toml say; contexts refer to
each other by id and meet in the packages above them.
"""
