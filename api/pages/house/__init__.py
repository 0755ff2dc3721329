"""Pages of the house.

* `home.py`: The first page of each role: what waits for a decision.
* `job.py`: One job: how far it is, what came of it.
* `leaving.py`: A page leaves a long request to who works on jobs.
* `tiles.py`: What the first page counts and offers, as data.
* `curves.py`: Its curves, the last scans and the state of the audit trail.
* `guide.py`: The guide of each role, and examples for programs.
* `guide_tasks.py` `guide_examples.py`: What the guide says, as data.
* `handbook.py`: The handbook: how Purser is run.
* `setup.py`: Setting up an empty installation, step by step.
* `upload_backup.py`: A backup is sent by the browser: it is read from the disk, never
  held as a whole.
"""
