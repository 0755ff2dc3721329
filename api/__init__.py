"""Entry points, thin: command line, HTTP API, pages. Nothing imports them.

* `commands/`: Commands of `purser` that no resource declares (`api.resources`), a file
  a group.
* `compose/`: Puts the parts together; `compose/wiring.py` is the only place that reads
  settings.
* `console/`: How commands speak and what they have.
* `diagnose/`: Looks at one device, one credential or the installation, and says what is
  wrong.
* `engine/`: The engine of jobs, behind the port `discovery.work`.
* `http/`: What every request passes.
* `login/`: How people prove who they are, beside the password.
* `jobs/`: Work that runs beside requests while Purser is served.
* `metrics/`: Numbers about Purser itself, in the text format of Prometheus, at
  `/metrics`.
* `models/`: What answers look like where a resource has more than its rows.
* `pages/`: The pages a person uses.
* `remote/`: Remote collectors: the program at a site.
* `resources/`: What Purser lists, shows and does, each thing declared once.
* `routes/`: Routes that are not lists, details or acts of a resource (`api.resources`).
* `scim/`: SCIM 2.0 (RFC 7643, 7644) at `/scim/v2`, over scim2-server and our own
  tables.
* `webhooks/`: Sends what `inventory.outbox` holds.
* `app.py`: The FastAPI application.
* `cli.py`: The command `purser`.
* `demo.py`: The simulated office of the demo.
* `demo_telecom.py`: Its telecom assets, entered by the acts that people use.
* `graceful_stop.py`: A process that is asked to end is gone within seconds.
* `patience.py`: How long the server waits for the head of a request.
* `docs.py`: `/docs`.
* `serving.py`: Runs the site with uvicorn, on a socket that is bound before anything
  else.
* `handbook/`: The handbook of whoever runs Purser: one Markdown file a chapter, read as
  a page too.

May import everything below it.
"""
