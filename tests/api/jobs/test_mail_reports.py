"""Reports by mail as something that recurs."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from api.compose.wiring import App
from api.compose.working import build_working
from api.jobs.mailing import send_due
from api.jobs.timekeeping import look
from discovery.work.memory import MemoryEngine
from discovery.work.port import Queue
from inventory.jobs.tables import Job
from inventory.outbox.mail_tables import Mail
from inventory.outbox.mails import set_mail_settings
from inventory.storage.rows import table_of
from tests.api import test_mail
from tests.api.conftest import calling
from tests.api.test_frame import assert_problem
from tests.discovery.work.jobs import ended
from tests.postbox import Postbox

post = test_mail.post
RECURRING = "/api/v1/recurring-jobs"
PLAN: dict[str, Any] = {
    "name": "Register to the board",
    "kind": "mail-report",
    "rule": "every 1 hour",
    "time_zone": "UTC",
    "targets": ["report=unbooked-purchases", "to=cfo@example.com", "to=a@example.com"],
}


async def test_a_report_goes_out_by_mail(app: App, post: tuple[Postbox, int]) -> None:
    box, port = post
    settings = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "purser@example.com",
        "recorded_at": app.clock(),
    }
    async with calling(app, "accounting") as accounting, calling(app, "it") as it:
        for targets in (
            ["report=nothing", "to=a@example.com"],
            ["report=unbooked-purchases"],
            ["report=unbooked-purchases", "to=a@example.com", "colour=red"],
        ):
            wrong = PLAN | {"targets": targets}
            assert_problem(await accounting.post(RECURRING, json=wrong), 422, "invalid")
        # What tells of money is for those who may read it, the rest for IT.
        refused = await it.post(RECURRING, json=PLAN)
        assert_problem(refused, 403, "forbidden")
        sweeps = PLAN | {"kind": "back-up", "targets": []}
        assert_problem(await accounting.post(RECURRING, json=sweeps), 403, "forbidden")
        made = await accounting.post(RECURRING, json=PLAN)
        assert made.status_code == 201, made.text
        run = await accounting.post(f"{RECURRING}/{made.json()['id']}:run", json={})
        assert run.status_code == 200, run.text
    with app.work("test") as work:
        set_mail_settings(work, settings)
        work.commit()
    (job_id,) = look(app)
    works = build_working(app, [Queue.HOUSE], alone=False, engine=MemoryEngine())
    works.start()
    try:
        done = ended(app.engine, job_id)
    finally:
        works.stop()
    assert done["state"] == "done", done["error"]
    assert done["result"]["mails"] == 2
    assert send_due(app) == {"sent": 2, "failed": 0}
    (mail,) = box.to("cfo@example.com")
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "unbooked-purchases.xlsx"
    data = file.get_payload(decode=True)
    assert isinstance(data, bytes)
    sheet = load_workbook(BytesIO(data)).active
    assert sheet is not None
    assert sheet.cell(1, 1).value
    with app.engine.connect() as connection:
        table = table_of(Mail)
        assert set(connection.scalars(select(table.c.attachment))) == {None}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_mail_server_the_job_says_so(app: App) -> None:
    from api.jobs.mail_reports import mail_report_kind
    from inventory.jobs.rows import NewJob, add_job

    with app.work("test") as work:
        new = NewJob(
            kind=mail_report_kind(app).name,
            queue=Queue.HOUSE,
            priority=1,
            arguments={"site": "", "targets": PLAN["targets"]},
        )
        job_id, _ = add_job(work, new, "test")
        work.commit()
    works = build_working(app, [Queue.HOUSE], alone=False, engine=MemoryEngine())
    works.start()
    try:
        done = ended(app.engine, job_id)
    finally:
        works.stop()
    assert done["state"] == "failed"
    assert "Mail is not sent here" in done["error"]
    with app.engine.connect() as connection:
        assert connection.execute(select(table_of(Job).c.id)).scalar_one() == job_id
