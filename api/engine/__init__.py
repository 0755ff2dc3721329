"""The engine of jobs: DBOS, and what it needs to lose nothing. Only this room knows it.

* `durable.py`: The port `discovery.work` on DBOS.
* `connections.py`: The connections it uses: which errors mean that one is gone.

Imported by `api.compose.working` alone.
"""
