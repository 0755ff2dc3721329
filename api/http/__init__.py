"""What every request passes: callers and roles, errors, dates, actions, answers.

* `actions.py`: Carrying out what somebody asked for, from the API and from forms of the
  pages.
* `admission.py`: How much the server takes on at once, so that no crowd and no body
  takes it down.
* `answers.py`: Rows to JSON, files to what is sent.
* `auth.py`: Tokens, sessions and logins to callers.
* `callers.py`: Who calls, and what they may do.
* `deps.py`: What routes ask for.
* `errors.py`: Every error a client can meet, and its status.
* `files.py`: A file as an answer.
* `headers.py`: Headers and cookies of a request, read from its ASGI scope.
* `middleware.py`: What happens around every request.
* `once.py`: Requests that have one effect.
* `parameters.py`: Parameters that routes share.
* `parse_days.py`: Days and moments as people write them.
* `problems.py`: Errors as answers: problem+json (RFC 9457).
* `stock_take_links.py`: Signed links by which a person says what they have of a
  stock-take.
* `streams.py`: Tables and texts as files that are made while they are sent.

Used by routes, resources and pages.
"""
