"""Everything asked over SSH: the shells of computers, the consoles of network devices.

* `shell`: opens shells through asyncssh, one `exec` per machine.
* `terminal`: opens consoles through netmiko, in bounded threads.
* `guarded`: either opener behind the lock-out guard.
* `algorithms`: what may be negotiated, and what only where a range allows it.
* `computers`: what to run on a computer; the entry point of discovery.
* `network`, `knowledge`, `rows`: what to ask a network device, by data; the other one.
* `sections` (pure): the transcript that the scripts print.
* `linux`, `darwin`, `freebsd`, `windows` and the files beside them (pure): parsers.

`discovery` imports `computers` and `network`, `api.wiring` the openers.
"""
