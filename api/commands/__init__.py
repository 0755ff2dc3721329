"""Commands of `purser` that no resource declares (`api.resources`), a file a group.

* `access.py`: `purser token` and `purser user`.
* `accounting.py`: `purser book post`.
* `ask.py`: `purser identify` and `purser record`.
* `backup.py`: `purser backup`, `backup-keys` and `restore`.
* `cases.py`: `purser hr`.
* `correct.py`: `purser correct`.
* `credential.py`: `purser credential`.
* `database.py`: `purser db`.
* `demo.py`: `purser demo`.
* `doctor.py`: `purser doctor`.
* `exchange.py`: `purser import`, `label`.
* `network.py`: `purser map`, `where`, `port`, `expire`.
* `processes/`: What runs until it is stopped: `serve`, `worker`, `collector`.
* `reporting.py`: `purser report make`.
* `scan.py`: `purser scan`.
* `telecom.py`: `purser telecom`.
* `telephony.py`: `purser pbx` and `purser listen`.

Modules here import typer at the top and everything heavy inside the commands, so
that `purser --help` stays quick. What they share is in `api.console`.
"""
