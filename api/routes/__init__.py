"""Routes that no resource declares (`api.resources`).

* `calendars.py`: `/calendars/contract-exits.ics`.
* `collector_line.py`: `/collector`: what remote collectors lease and bring.
* `collector_notes.py`: `/collector`: what they tell beside: logins, notices, machines.
* `health.py`: `/health`.
* `hr.py`: `/hr/events`.
* `labels.py`: `POST /labels`.
* `network_map.py`: `/map`.
* `report_rows.py`: `GET /reports/<name>/rows`.
* `trap_listener.py`: `/trap-listener`.
* `uploads.py`: Files that are sent.

Routes are plain functions: FastAPI runs them in its thread pool, where they may wait
for the database.
"""
