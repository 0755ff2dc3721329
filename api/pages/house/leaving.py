"""A page leaves a long request to who works on jobs."""

from __future__ import annotations

from api.jobs.long_requests import LongRequest, add_request
from api.pages.visit import Told, Visit
from inventory.kernel.texts import N_


def leave(visit: Visit, asked: LongRequest) -> Told:
    """Leave a request to who works on jobs; lead to the page of the job."""
    with visit.work() as work:
        job_id = add_request(work, visit.caller, asked)
        work.commit()
    visit.app.jobs.wake()
    said = visit.words.text(N_("This takes a while; here is how far it is."))
    return Told(f"/jobs/{job_id}", said)
