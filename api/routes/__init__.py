"""Routes that are not lists, details or acts of a resource (`api.resources`).

* `acceptances.py`: `/acceptances/{id}/pdf`.
* `accounting.py`: All routers of accounting, for `api.app`.
* `accounting_reports.py`: `/reports`.
* `acts.py`: How routes carry out acts (`api.http.actions`).
* `as_of.py`: `/as-of`.
* `cases.py`: `/hr/lists`.
* `directory.py`: `/directory/differences`.
* `ending.py`: `/ending`.
* `evidence.py`: `/devices/{ref}/identity`.
* `exports.py`: `/exports`.
* `files.py`: Bytes of files.
* `health.py`: `/health`.
* `hr.py`: `/hr/events`.
* `imports.py`: `/imports`.
* `journals.py`: Journals of postings and books as files.
* `labels.py`: `/labels`.
* `lifecycle.py`: `/steps`.
* `network_map.py`: `/map`.
* `people.py`: `/cost-centres/{ref}/assets`.
* `provisioning.py`: Routers of HR's events and of cases.
* `register.py`: Routers of the register in use, in the order they are tried.
* `schedules.py`: The schedule of an asset as known at any moment; asset classes and
  presets.
* `trap_listener.py`: `/trap-listener`.
* `webhooks.py`: `/event-types`.

Routes are plain functions: FastAPI runs them in its thread pool, where they may wait
for the database. Lists come from `inventory.*.queries` as Core rows.
"""
