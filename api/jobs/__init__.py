"""Work that runs beside requests while Purser is served.

* `housekeeping.py`: What is done once a day while Purser is served.
* `kinds.py`: What kinds of jobs there are; each names the function that does it.
* `long_kinds.py`: Requests carried out as jobs: acts, tables, files.
* `long_requests.py`: Asking for a request as a job; what counts as long.
* `mail_reports.py`: Reports that go out by mail, as often as planned.
* `mailing.py`: Hands the mail that waits to the SMTP server.
* `periodic.py`: Work that is done again and again in a thread, whatever goes wrong.
* `reminding.py`: Says which periods ended and are not posted.
* `resuming.py`: Goes on with interrupted scans by itself.
* `scan_kinds.py`: Jobs that scan: one that was asked for, and those that recur.
* `scan_parts.py`: Parts of a scan as jobs, visited by all processes that work.
* `timekeeping.py`: What recurs: of defaults and of the file, begun when it is due.
* `trapping.py`: Hears traps and informs while Purser serves, and starts the scans
  they ask for.
"""
