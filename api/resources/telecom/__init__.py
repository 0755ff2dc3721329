"""Telecom assets: who provides what, on which terms, for whom, and what it costs.

* `shared.py`: Who may, how things are named, columns that several lists have.
* `providers.py`: Providers and the accounts at them.
* `ranges.py`: Ranges of numbers.
* `tariffs.py`: Tariffs.
* `contracts.py`: Contracts with carriers, with the last day to give notice.
* `lines.py`: Lines, trunks and circuits.
* `line_acts.py`: What becomes of a line, and who has it.
* `assignments.py`: Who had which line when; what became of a line.
* `sims.py`: SIMs, eSIM profiles and modems; PIN and PUK by an own right.
* `charges.py`: Recurring charges and who pays them.
* `accruals.py`: What was accrued for them, month by month.
* `invoices.py`: Invoices of carriers: loaded, matched, approved.
* `findings.py`: What of an invoice does not fit; disputes and credits.
* `waste.py`: What is paid for nobody, with the way out of it.
* `exits.py`: Last days to give notice, and the letter that gives it.
* `layouts.py`: Layouts of invoices, kinds of charges.

May import what `api.resources` may.
"""
