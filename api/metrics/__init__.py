"""Numbers about Purser itself, in the text format of Prometheus, at `/metrics`.

* `counters.py`: What is counted as it happens, in this process.
* `database_state.py`: What is read from the database when somebody asks.
* `route.py`: `/metrics`: who may read it, and the answer.

`api.compose.wiring` makes the counters; the middleware, the scans and the database
report to them through plain callbacks. Nothing below `api` knows of metrics.
"""
