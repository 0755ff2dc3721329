"""Two `purser serve` on one database: on a file one works, the other takes over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine

from api.compose.working import ELSEWHERE
from inventory.people import accounts
from inventory.storage.work import UnitOfWork
from tests.api.jobs import test_killed_import
from tests.api.jobs.test_killed_import import Serve, now, url_of, wait_for

serve = test_killed_import.serve


class Client:
    """Asks one of the processes."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=60)

    def get(self, path: str) -> dict[str, Any]:
        answer = self._http.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def ask(self) -> int:
        made = self._http.post("/api/v1/jobs", json={"kind": "prune-jobs"})
        assert made.status_code == 201, made.text
        return int(made.json()["id"])

    def is_done(self, job_id: int) -> bool:
        return bool(self.get(f"jobs/{job_id}")["state"] == "done")

    def close(self) -> None:
        self._http.close()


def test_the_second_process_leaves_jobs_to_the_first_until_that_one_ends(
    engine: Engine, serve: Serve, tmp_path: Path
) -> None:
    with UnitOfWork(engine, actor="test", clock=now) as work:
        _, token = accounts.add_token(work, "test", ["it"])
        work.commit()
    alone = engine.dialect.name == "sqlite"
    first = serve()
    one = Client(url_of(first), token)
    assert ELSEWHERE not in (tmp_path / "log").read_text()
    second = serve()
    two = Client(url_of(second), token)
    assert (ELSEWHERE in (tmp_path / "log").read_text()) is alone
    job_id = two.ask()
    wait_for(lambda: one.is_done(job_id))
    workers = [each["name"] for each in two.get("workers")["items"]]
    assert len(workers) == (1 if alone else 2)
    if alone:
        assert str(first.pid) in workers[0]
        first.kill()
        first.wait()
        left = two.ask()
        wait_for(lambda: two.is_done(left))
        workers = [each["name"] for each in two.get("workers")["items"]]
        assert [str(second.pid) in each for each in workers] == [True]
        # The next one finds that one at work.
        (tmp_path / "log").write_text("")
        assert url_of(serve())
        assert ELSEWHERE in (tmp_path / "log").read_text()
    one.close()
    two.close()
