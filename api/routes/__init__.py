"""Routes that are not lists, details or acts of a resource (`api.resources`).

answers.py        rows -> JSON, without validating what we made ourselves
*models.py        what answers look like, for the OpenAPI description
health.py         /health, outside of /api/v1 and without a token
parameters.py     parameters that routes share
people.py         what a cost centre bears
acts.py           how a route carries out an act (`api.http.actions`)
register.py       the routers of the register in use; `*_acts.py`: acts without routes
hr.py  cases.py   HR events, cases and their lines; provisioning.py lists both
once.py           Idempotency-Key, ETag and If-Match

Routes are plain functions: FastAPI runs them in its thread pool, where they may wait
for the database. Lists come from `inventory.*.queries` as Core rows.
"""
