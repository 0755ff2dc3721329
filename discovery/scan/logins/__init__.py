"""Logins to hosts in a scan, each within the lock-out guard.

* `ssh.py`: SSH to one host: as to a computer or as to a network device, whichever it
  is.
* `winrm.py`: WinRM to one host, where SSH has not opened it.

Imported by `discovery.scan.collect`.
"""
