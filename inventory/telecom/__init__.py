"""Telephony: systems, extensions, numbers, and who has which phone and which number.

* `tables.py`: rows; periods never overlap, enforced on both engines
* `assignment_rules.py`: (pure) what ends and what begins when something is seen
* `numbers.py`: (pure) numbers of the public network in E.164
* `assignments.py`: extension <-> person, extension <-> phone, number <-> extension
* `handsets.py`: phones as the systems know them: which one is it
* `systems.py`: systems, extensions, mailboxes, groups: seen, changed, gone
* `billing/`: What carriers bill and what is to be paid: rules without a database
* `estate/`: The estate: what the company has of telecom providers, and on which terms

Imports `storage`, `errors`, `spans`; knows persons and devices by their ids only.
"""
