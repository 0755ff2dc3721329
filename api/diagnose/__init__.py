"""Looks at one device, one credential or the installation, and says what is wrong.

* `ask_device.py`: Ask one device, without a database
* `connections_check.py`: Whether a server lets in as many connections as we may open.
* `correct_device.py`: Why a device is taken for what it is, and corrections by hand.
* `drift.py`: Whether the tables are those of the models.
* `doctor.py`: What is configured, what is missing, and how to mend it
* `identify.py`: Identification with its knowledge, for what matches devices outside
  of a scan.
* `try_credential.py`: Try one credential on one device, guarded like the logins of a
  scan.
* `vault_check.py`: Whether the stored credentials open, and where logins are stopped;
  for the doctor.
* `backup_check.py`: Whether there is a backup that is new, checked and apart; looks
  only.
* `jobs_check.py`: Whether what `purser serve` does by itself was done lately; looks
  only.
"""
