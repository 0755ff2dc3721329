"""Telephones asked directly: what they answer to SIP OPTIONS.

* `message` (pure): SIP messages as values, with bounds; building an OPTIONS request.
* `agents` (pure): vendor, model, firmware and MAC out of a User-Agent, by data.
* `sip`: one UDP socket for all phones, and the collector over the `Sip` port.

Nothing here registers, calls, answers a challenge or guesses an extension.
May be imported by `collectors.sweep`, `discovery` and `api`.
"""
