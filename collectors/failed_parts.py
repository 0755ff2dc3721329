"""One line in the log for each table, command or system that brought nothing.

Which device and which scan it was is bound by whoever runs the collector. Imports
`facts` only.
"""

from __future__ import annotations

import structlog

from collectors.facts import Problem

log = structlog.get_logger("purser.collect")


def failed_part(problem: Problem) -> Problem:
    """Log a problem of a part of a collection, and return it.

    The detail may quote what a device printed, so it is shown to users in the result
    and left out here.
    """
    log.info("part failed", where=problem.where, reason=problem.reason.value)
    return problem
