"""Persons, their employments, and the organisation they work in.

* `tables.py`: persons, employments, placements, departments, cost centres,
  legal entities, locations, teams; plain rows
* `account_tables.py`: user accounts and API tokens; plain rows
* `rules.py` *(pure)*: effective-dated rows: which is in force, how one follows another
* `persons.py`: add and correct persons; audited, idempotent
* `employments.py`: employ, transfer, end; who works where on a day
* `organisation.py`: legal entities, departments, cost centres, locations, teams
* `sign_in_tables.py`: second factors, recovery codes, roles by groups; plain rows
* `second_factors.py`: second factors: added, used, removed
* `outside_accounts.py`: log-ins that an identity provider or a directory vouches for
* `accounts.py`: log-ins and tokens: made, checked, withdrawn
* `common_passwords.py`: Passwords that are guessed first, however long

A person is neither an account nor an employment: contractors have no employment,
a leaver stays a person, and one person may be employed twice. May import `storage`
and below; other contexts refer to these rows by id.
"""
