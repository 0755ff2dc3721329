"""Entry points, thin: command line, HTTP API, pages. Nothing imports them.

wiring.py      reads the settings, `build(settings) -> App`: the only composition
cli.py         the command `purser`; its commands are in commands/, one file a group
doctor.py      what is configured, what is missing, how to mend it
app.py         the FastAPI application: routes, pages, errors, middleware
deps.py        what routes ask for: the App, the caller and his roles
errors.py      every error -> problem+json, one table
auth.py        API tokens and page accounts; keys.py: hashes, cookies, the seal
throttle.py    (pure) waits after failed logins
middleware.py  request ids, log lines, headers;  logs.py: structlog
trapping.py    hears traps and informs while Purser serves, and starts their scans
routes/        one file a resource of /api/v1
web/           the pages a person uses (NiceGUI)
acting.py      something that can be done: what is needed, by whom, and what is done
demo.py        the simulated office, scanned and served
"""
