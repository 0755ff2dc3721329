"""Turns what collectors read into inventory; the only place where the two meet.

* `access/`: Which credential opens a device, within the lock-out guard.
* `identity/`: Evidence to identity.
* `matching/`: Which known device an observation is: identifiers, their weight, the
  match.
* `notifications/`: What devices announce by themselves: traps, DHCP, SIP plug-and-play.
* `observations/`: Writes what a scan observed of a device, and decides which device it
  is.
* `reconciliation/`: Devices of the network against assets of the register.
* `remote/`: Scans of sites that only a collector there can reach.
* `scan/`: A scan from its targets to its conclusions; streamed and resumable.
* `telephony/`: Registrations of telephone systems joined with phones and persons.
* `topology/`: Which port leads where: links between switches, the port of every
  endpoint.
* `work/`: The port for jobs: what an engine of jobs has to do, and one in memory.
* `sentences.py`: What the collectors say, kept so that it can be told in any language.

May import `collectors` and `inventory`; imported by `api`.
"""
