"""Posts a period, reverses a posting, writes journals.

* `account_sums.py`: Sums of the journal by book, account and cost centre, kept with
  every posting.
* `cost_split.py`: How an amount of a period is split over cost centres.
* `entries.py`: From a row to balanced journal entries.
* `hand_over.py`: Handing journals over to an accounting system: each posting once, none
  left out.
* `lease_entries.py`: Entries of leases: interest, payments, what was paid at first.
* `next_rows.py`: The row of each asset that a period books, read with as few queries
  as possible.
* `other_entries.py`: Booking entries that are not about assets, such as those of
  telecom charges.
* `plain_text.py`: Journals in the syntax of plain-text accounting: beancount and
  hledger.
* `post.py`: Posting a period of a book: all of it in one transaction, or nothing.
* `reallocate.py`: Correcting entries: what was charged to one cost centre and belongs
  to another.
* `reverse.py`: Taking a posting back by mirrored entries, never by editing.
* `write.py`: Writing booked rows, entries and lines, many at once.
* `journal_digest.py`: A digest over the journal of a posting, which the audit trail
  keeps.

Imports `books` and the rooms below it.
"""
