"""Everything asked over SSH: the shells of computers, the consoles of network devices.

* `algorithms.py`: What is negotiated with an SSH server, newest first.
* `computers/`: Computers by one read-only script; the parsers of its answer are pure.
* `connection.py`: Logging in over SSH, for shells and consoles alike.
* `console_kind.py`: What kind of device a console belongs to, found out at its prompt.
* `consoles/`: Consoles of network devices: commands by data, tables as facts.
* `failures.py`: What goes wrong in an SSH login, as errors of ours.
* `guarded_openers.py`: Openers behind the lock-out guard: no account and no device is
  tried too often.
* `jumps.py`: The way to devices behind jump hosts: one connection per hop, shared by
  all logins.
* `netmiko_channel.py`: An asyncssh connection as netmiko sees one: blocking calls out
  of a worker thread.
* `secrets.py`: Keys to log in with: from the credential itself, or from the running
  ssh-agent.
* `shell.py`: Shells of computers over asyncssh: `ShellOpener` and `Shell` of
  `collectors.ports`.
* `terminal.py`: Consoles of network devices through netmiko: `CliOpener` and `Cli`.

`discovery` imports `computers.read` and `consoles.read`, `api.compose` the openers.
"""
