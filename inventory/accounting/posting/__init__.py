"""Books a period, reverses it, and writes journals.

* `cost_split.py`: Which cost centres bear an amount of a period, and in which
  proportion.
* `entries.py`: From a row to balanced journal entries.
* `next_rows.py`: Whose row comes next
* `plain_text.py`: Journals in the syntax of plain-text accounting
* `post.py`: Posting a period of a book
* `reverse.py`: Taking a posting back by mirrored entries, never by editing.
* `write.py`: Writing booked rows, entries and lines, many at once.
"""
