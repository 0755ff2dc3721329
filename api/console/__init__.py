"""How commands speak and what they have: output, progress, settings, errors.

* `background.py`: Long work: how far it is, or left to who works on jobs.
* `contents.py`: `purser --help` and `purser help`: what commands there are.
* `failures.py`: An exception -> what is wrong, what to do, and the exit code.
* `output.py`: How commands speak.
* `progress.py`: The bars of a running scan on a terminal; plain lines in a pipe.
* `secrets.py`: Secrets for a command.
* `session.py`: Settings and App for the time of one command.
* `waiting.py`: Waiting for a database server that lets nobody in at this moment.

Used by `api.commands` and `api.resources.cli`.
"""
