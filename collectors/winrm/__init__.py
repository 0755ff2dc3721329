"""Windows computers over WinRM: PowerShell remoting (MS-PSRP over MS-WSMV).

* `connection.py`: What every message passes: the pinned certificate, bounds of size and
  time, no redirects.
* `failures.py`: What goes wrong, as errors of ours.
* `session.py`: Logs in and runs scripts; behind the lock-out guard.
* `read.py`: The inventory of a computer, by the script that SSH runs as well.

May import `collectors.ssh`, whose parsers of CIM classes it uses.
"""
