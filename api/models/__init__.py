"""What answers look like where a resource has more than its rows: pydantic models.

Moments are UTC in ISO 8601 with a final Z, days are YYYY-MM-DD. A field that is null
is not known.

* `base.py`: The base of all models of answers, and the types their fields share.
* `cases.py`: What the answers of `/hr` look like, for the OpenAPI description.
* `devices.py`: What answers about devices look like; tests hold answers to it.
* `journals.py`: Journals as the API answers them.
* `register.py`: What answers about assets, people and cost centres look like.
* `schedules.py`: What schedules, terms and events look like, for the OpenAPI
  description.
* `telephony.py`: What answers about telephony look like; tests hold answers to it.

Imports nothing of `api`.
"""
