"""The port for jobs: what an engine of jobs has to do, and one that lives in memory.

* `port.py`: What an engine does, what a kind of job is, what a running job may ask.
* `board.py`: Where jobs are asked for, in any process.
* `memory.py`: The engine in memory: threads of this process, nothing kept.
* `working.py`: A process that works: hands jobs over, runs them, gives signs of life,
  takes over from the dead.

Rows of `inventory.jobs` are the truth: an engine decides who does what next and brings
back what a dead process held; what it forgot is handed over again.
"""
