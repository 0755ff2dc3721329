"""Pages of the house.

* `home.py`: The first page of each role: what waits for a decision.
* `job.py`: One job: how far it is, what came of it.
* `leaving.py`: A page leaves a long request to who works on jobs.
* `setup.py`: Setting up an empty installation, step by step.
"""
