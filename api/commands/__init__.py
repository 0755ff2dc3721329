"""Commands of `purser` that no resource declares (`api.resources`), a file a group.

* `access.py`: `purser token` and `purser user`.
* `accounting.py`: `purser book post`.
* `ask.py`: `purser identify` and `purser record`.
* `cases.py`: `purser case watch`, `purser hr`.
* `correct.py`: `purser correct`.
* `credential.py`: `purser credential`.
* `database.py`: `purser db`.
* `demo.py`: `purser demo`.
* `directory.py`: `purser directory differences`.
* `doctor.py`: `purser doctor`.
* `lists.py`: What commands that list by hand share.
* `network.py`: `purser map`, `where`, `port`, `expire`.
* `reporting.py`: `purser report` and `purser export`.
* `scan.py`: `purser scan`.
* `serve.py`: `purser serve`.
* `telephony.py`: `purser pbx` and `purser listen`.
* `using.py`: `purser import`, `export list`, `label`, `as-of`, `ending`.
* `webhook.py`: `purser webhook events`.

Modules here import typer at the top and everything heavy inside the commands, so
that `purser --help` stays quick. What they share is in `api.console`.
"""
