"""Everything asked over SSH: the shells of computers, the consoles of network devices.

* `connection`: logs in, for both; `algorithms`, `failures`: what is negotiated, errors.
* `shell`: shells through asyncssh; `terminal`: consoles through netmiko over `bridge`.
* `guarded`: either opener behind the lock-out guard; `secrets`: keys to log in with;
  `jumps`: the way through jump hosts.
* `computers`: what to run on a computer; an entry point of discovery.
* `linux`, `bsd`, `darwin`, `windows` (pure): what its answer means, with `sections`,
  `dmi`, `processors`, `disks`, `edid`, `netcards`, `packages` as their parts.
* `network`: what to ask a network device, by data; the other entry point.
* `knowledge`, `cells`, `rows`, `boxes`, `ifnames`, `words` (pure): its tables as facts;
  `templates` parses them.

`discovery` imports `computers` and `network`, `api.compose.wiring` the openers.
"""
