"""Telephones asked directly: SIP OPTIONS, status pages; and heard as they start.

* `message` (pure): SIP messages as values, with bounds; building an OPTIONS request.
* `agents` (pure): vendor, model, firmware and MAC out of a User-Agent, by data.
* `sip`: one UDP socket for all phones, and the collector over the `Sip` port.
* `stream`: the same question over TCP and TLS.
* `plug_and_play` (pure), `hearing`: phones that start and look for a server.
* `pages` (pure), `web`: status pages of Cisco and Poly, without any login.

Nothing here registers, calls, answers a challenge or guesses an extension.
May be imported by `collectors.sweep.sweep`, `discovery` and `api`.
"""
