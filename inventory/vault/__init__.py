"""Secrets for devices, sealed in the database; who may use them, and who did.

* `envelope` (pure): AES-256-GCM under data keys, which a master key wraps.
* `master_key`: where the master key lies: a file, an environment variable, a keyring.
* `credential_kinds` (pure): the fields of a kind of credential, which are secret.
* `tables`: the rows.
* `credentials`: add, change, remove, list, open.
* `kept_secrets`: secrets of things that are no logins, such as a SIM.
* `data_keys`: data keys; `rotation`: new ones.
* `lockout`: failed logins in a row, kept so that a restart is no way round.
* `uses`: which credential opened which device when, and the host keys seen there.

Secrets leave this package only through `credentials.unsealed` and
`kept_secrets.opened`. Imports `storage` and
cryptography; `discovery` and `api` use it.
"""
