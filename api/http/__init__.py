"""What every request passes: callers and roles, errors, dates, actions.

* `actions.py`: Carrying out what somebody asked for, from the API and from forms of
  the pages.
* `auth.py`: Who calls
* `deps.py`: What routes ask for
* `errors.py`: Every error a client can meet, as problem+json (RFC 9457).
* `middleware.py`: What happens around every request
* `parse_days.py`: Days and moments as people write them.
"""
