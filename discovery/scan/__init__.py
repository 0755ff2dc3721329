"""A scan from its targets to its conclusions; streamed and resumable.

* `collect.py`: One host: from what answered in the sweep to observations, each failure
  a reason.
* `context.py`: Everything a scan needs from outside, in one frozen bundle.
* `crawl.py`: Which neighbours a scan visits next: the crawl along LLDP and CDP.
* `ending/`: After all hosts: endpoints, links, places, reconciliation; once for all
  scans of a site that end together.
* `fence.py`: Whose scan it is: a process that slept may not write over what another one
  did.
* `hosts.py`: A host that answered, and what collectors made of it so far.
* `jobs.py`: Scans as jobs: in a thread of this process, with an event loop of its own.
* `logins/`: Logins to a host: SSH, WinRM.
* `read_pbx.py`: Reads telephone systems, in a scan or by themselves, and writes what
  they tell.
* `requests.py`: What a scan is asked to do, and how it says how far it is.
* `scan.py`: A scan: sweep, collect, match and apply, streamed, resumable, with
  progress.
* `scan_rows.py`: The rows of a scan: its state, how far it is, what came of each host.
* `targets.py`: Networks, ranges and names to the addresses a scan visits.
* `traffic.py`: Every packet that a scan would send, as rows for a person.
* `write_host.py`: Writes hosts as they are collected: one transaction each, with their
  result.

Imported by `discovery.notifications` and `api`.
"""
