"""The commands of `purser`, one file a group; only `api.cli` imports them.

output.py      tables, JSON, exit codes
session.py     settings and App for a command
failures.py    an exception -> one sentence, a remedy and an exit code
database.py    purser db ...
doctor.py      purser doctor
access.py      purser token ..., purser user ...
lists.py       purser device|asset|person ...
scan.py        purser scan
ask.py         purser identify, purser record
serve.py       purser serve, purser demo

Modules here import typer at the top and everything heavy inside the commands, so
that `purser --help` stays quick.
"""
