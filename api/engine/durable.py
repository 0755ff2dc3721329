"""The port `discovery.work` on DBOS.

One workflow without steps, whose only argument is the key of a job: a job goes on from
its own rows, so checkpoints here would cost time and save none. There is one DBOS in a
process, so there is one of these.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dbos import DBOS, EnqueueOptions, Serializer
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from discovery.work.port import Queue
from inventory.jobs.rows import Ticket
from inventory.storage.driver_errors.failures import unreachable

VERSION = "1"
"""Of what stands in the queue. Pinned: the default changes with each release of DBOS,
and work of another version waits for ever; see `known`."""
WORKFLOW = "purser_job"
SCHEMA = "purser_jobs"
KEEP_ENDED_MS = 3_600_000
PRUNED_AT_ONCE = 1_000
NEVER_GIVES_UP = 1_000_000
"""How often a job is begun again is counted in its row."""
POLLING: Mapping[Queue, float] = {Queue.QUICK: 0.5}
SLOWER = 1.0
RUNS = "PENDING"
OPEN = ["ENQUEUED", RUNS, "DELAYED"]
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class JsonOnly(Serializer):
    """Keeps arguments as JSON: what is read back may be wrong, but never runs."""

    def serialize(self, data: Any) -> str:  # noqa: ANN401
        """Return the text of a value."""
        return json.dumps(data)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: ANN401
        """Return the value of a text."""
        return json.loads(serialized_data)

    def name(self) -> str:
        """Return the name that stands beside what is kept."""
        return "purser_json"


class DurableEngine:
    """As `port.Engine`, on SQLite in one process or on PostgreSQL in many.

    Args:
        connections: From `connections`.
    """

    shared = True

    def __init__(self, connections: Engine) -> None:
        self._connections = connections

    def start(
        self, name: str, queues: Mapping[Queue, int], run: Callable[[str], None]
    ) -> None:
        """Begin to work; what this process left behind is taken up first.

        Raises:
            DatabaseUnreachable: The server lets us not, or no more, in.
        """
        DBOS(
            config={
                "name": "purser",
                "system_database_url": self._connections.url.render_as_string(
                    hide_password=False
                ),
                "system_database_engine": self._connections,
                "dbos_system_schema": SCHEMA,
                "serializer": JsonOnly(),
                "application_version": VERSION,
                "executor_id": name,
                "log_level": "ERROR",
                "use_listen_notify": False,
                "scheduler_polling_interval_sec": 3600.0,
            }
        )
        workflow = DBOS.workflow(name=WORKFLOW, max_recovery_attempts=NEVER_GIVES_UP)

        @workflow
        def purser_job(key: str) -> None:
            run(key)

        DBOS.listen_queues([str(queue) for queue in queues])
        try:
            _launch(queues)
        except OperationalError as error:
            self.stop()
            if error.orig is None or self._connections.dialect.name == "sqlite":
                raise
            url = self._connections.url
            raise unreachable(error.orig, url, connecting=True) from error

    def submit(self, tickets: Sequence[Ticket]) -> None:
        """Take jobs; a key that was taken before has no effect."""
        for ticket in tickets:
            options: EnqueueOptions = {
                "workflow_name": WORKFLOW,
                "queue_name": ticket.queue,
                "workflow_id": ticket.key,
                "priority": max(1, ticket.priority),
                "app_version": VERSION,
            }
            DBOS.enqueue_workflow_with_options(options, ticket.key)

    def known(self) -> Mapping[str, str | None]:
        """Return the keys of all that waits or runs, with the process that runs it.

        What waits under another version is not known: no process of this one takes it,
        so it is handed over anew.
        """
        found = DBOS.list_workflows(status=OPEN, load_input=False, load_output=False)
        return {
            each.workflow_id: each.executor_id if each.status == RUNS else None
            for each in found
            if each.status == RUNS or each.app_version == VERSION
        }

    def take_over(self, names: Sequence[str]) -> None:
        """Let what dead processes ran be run anew.

        The function is private, and the only one without the vendor's service: the
        contract tests of this room stand between us and another release of DBOS.
        """
        DBOS._recover_pending_workflows(list(names))
        left = DBOS.list_workflows(
            status=RUNS, executor_id=list(names), load_input=False, load_output=False
        )
        # Nobody takes those of another version: forgotten, they are handed over anew.
        stranded = [each.workflow_id for each in left if each.app_version != VERSION]
        if stranded:
            DBOS.delete_workflows(stranded)

    def prune(self) -> None:
        """Forget what ended more than an hour ago."""
        before = time.time() * 1000 - KEEP_ENDED_MS
        while True:
            ended = DBOS.list_workflows(
                status=ENDED,
                completed_before=_iso(before),
                limit=PRUNED_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            if ended:
                DBOS.delete_workflows([workflow.workflow_id for workflow in ended])
            if len(ended) < PRUNED_AT_ONCE:
                return

    def stop(self) -> None:
        """End; what waits stays for the next process."""
        DBOS.destroy(workflow_completion_timeout_sec=0)
        self._connections.dispose()


def _launch(queues: Mapping[Queue, int]) -> None:
    DBOS.launch()
    for queue in Queue:
        DBOS.register_queue(
            str(queue),
            worker_concurrency=queues.get(queue, 1),
            polling_interval_sec=POLLING.get(queue, SLOWER),
            on_conflict="always_update" if queue in queues else "never_update",
        )


def _iso(milliseconds: float) -> str:
    moment = time.gmtime(milliseconds / 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)
