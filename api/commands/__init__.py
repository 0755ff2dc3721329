"""Commands of `purser` that no resource declares (`api.resources`), a file a group.

output.py      tables, JSON, exit codes;  progress.py  bars of a running scan
session.py     settings and App for a command
failures.py    an exception -> one sentence, a remedy and an exit code
demo.py        purser demo            serve.py     purser serve
scan.py        purser scan            ask.py       purser identify, purser record
lists.py       what lists share
database.py    purser db ...          doctor.py    purser doctor
access.py      purser token ..., purser user ...
cases.py       purser case ..., purser hr ...

Modules here import typer at the top and everything heavy inside the commands, so
that `purser --help` stays quick.
"""
