"""Secrets for devices, sealed in the database; who may use them, and who did.

* `envelope` (pure): AES-256-GCM under data keys, which a master key wraps.
* `master`: where the master key lies: a file, an environment variable, a keyring.
* `kinds` (pure): which fields a kind of credential has, and which of them are secret.
* `tables`: the rows.
* `service`: add, change, remove, list, open; `keys`: data keys; `rotation`: new ones.
* `guard`: failed logins in a row, kept so that a restart is no way round.
* `uses`: which credential opened which device when, and the host keys seen there.

Secrets leave this package only through `service.unsealed`. Imports `storage` and
cryptography; `discovery` and `api` use it.
"""
