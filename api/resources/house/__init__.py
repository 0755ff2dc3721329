"""The house itself: who may log in, what logs in to devices, who is told.

* `users.py` `sessions.py` `tokens.py`: People who log in, and programs that use the
  API; `scopes_given.py`: what part of the house they see.
* `logins/`: What is shown beside passwords, and roles by groups.
* `credentials.py`: What logs in to devices, without the secrets.
* `credential_uses.py` `login_failures.py` `host_keys.py`: How the logins went.
* `webhooks.py` `deliveries.py` `messages.py`: Programs that are told what happens.
* `event_types.py`: What they may be told of.
* `backups.py`: Copies of everything, taken and checked.
* `audit_trail.py`: Who changed what, and when; `trail_rights.py`: who reads of what.
* `credential_parts.py`: The fields of each kind of credential, as forms ask for them.

May import what `api.resources` may.
"""
