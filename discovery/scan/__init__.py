"""A scan from its targets to its conclusions; streamed and resumable.

* `collect.py`: One host
* `conclude.py`: After all hosts
* `context.py`: Everything a scan needs from outside, in one frozen bundle.
* `crawl.py`: Which neighbours a scan visits next
* `hosts.py`: A host that answered, and what collectors made of it so far.
* `jobs.py`: Scans as jobs
* `phone_ports.py`: By what a phone is asked, beside SIP over UDP
* `read_pbx.py`: Reads telephone systems, in a scan or by themselves, and writes what
  they tell.
* `requests.py`: What a scan is asked to do, and how it says how far it is.
* `scan.py`: A scan
* `scan_rows.py`: The rows of a scan
* `ssh_login.py`: SSH to one host
* `targets.py`: Networks, ranges and names to the addresses a scan visits.
* `unvisited.py`: Why a neighbour that announced itself is not a device that answers.
* `write_host.py`: Writes hosts as they are collected
"""
