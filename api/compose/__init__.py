"""Puts the parts together; `wiring.py` is the only place that reads settings.

* `backing_up.py`: What backups are made of, and where they go.
* `adoption.py`: The adoption rules of the settings, as a scan uses them.
* `collecting.py`: Puts a remote collector together.
* `device_logins.py`: What logs in to devices
* `keys.py`: Passwords, session cookies and the key that seals them.
* `lazy.py`: Parts that take long to load are made when they are first used.
* `logs.py`: Structured logs
* `outbox_hook.py`: Ties handlers and outbox to the database
* `proving.py`: What proves the audit trail, and where its end is published.
* `pbx_sources.py`: Settings to telephone systems, read behind the lock-out guard.
* `rulebooks.py`: Data files -> rules that are checked
* `scanning.py`: Settings to what a scan works with
* `telecom_rules.py`: The rules of telecom assets: own data files, or those that come
  along.
* `throttle.py`: How long to wait after failed logins.
* `working.py`: Who works on jobs in this process, and with which engine.
* `wiring.py`: Reads the settings and puts the parts together
"""
