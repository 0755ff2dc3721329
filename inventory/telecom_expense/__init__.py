"""What the telecom estate costs, who pays it, and what of it is wasted.

Stands above the estate, people, assets and books:

* `payers.py`: which cost centres pay a charge on a day, for thousands at once.
* `accrue.py`: the monthly accrual, through the journal of the books.
* `ledger.py`: general ledger accounts of telecom in a chart of accounts.
* `estate.py`: the estate as matching compares an invoice with it.
* `invoices.py`: loading an invoice, matching it, loading it again.
* `approve.py`: what an approved invoice posts, and taking the approval back.
* `disputes.py`: deciding findings; credits of providers.
* `waste_found.py`: (pure) kinds of what is paid for nobody.
* `idle.py`: extensions, numbers, phones and SIMs that nobody has used for a while.
* `seen_sims.py`: what routers tell of their modems, against the SIMs of the estate.
* `waste.py`: all that is paid for nobody, with what it costs and the way out.
* `exits.py`: last days to give notice, as a list and as an iCalendar feed.
* `sim_codes.py`: PIN and PUK of SIMs, in the vault.
* `notices.py`: the task to give notice by the last day that does.
* `letters.py`: the letter that gives notice, as PDF in English and Indonesian.
* `leavers.py`: lines of who leaves go into quarantine.

Imported by `handlers` and `api`.
"""
