"""What proves that the register is as the audit trail tells.

* `timestamps` (pure): what a time stamp authority (RFC 3161) is asked and answers.
* `replay`: replays the trail against the tables and names rows that differ.

The chain of the trail itself is `storage.audit`, the journal of postings
`accounting.posting.journal_digest`. Imports `storage`.
"""
