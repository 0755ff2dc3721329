"""Reads one telephone system of any kind; what does not work becomes a problem.

A system that answers badly, slowly or for ever costs its own reading and nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from collectors.errors import CollectError, TimedOut
from collectors.facts import Problem, Reason
from collectors.failed_parts import failed_part
from collectors.patience import listening
from collectors.pbx.asterisk.reader import read_asterisk
from collectors.pbx.csv.reader import read_csv
from collectors.pbx.cucm.reader import read_cucm
from collectors.pbx.facts import PbxReading
from collectors.pbx.freeswitch.reader import read_freeswitch
from collectors.pbx.kamailio import read_kamailio
from collectors.pbx.source import PbxSource
from collectors.pbx.teams import read_teams
from collectors.pbx.three_cx import read_3cx
from collectors.sentences import N_, Told
from collectors.user_agents import AgentShape

Reader = Callable[[PbxSource, datetime, Sequence[AgentShape]], Awaitable[PbxReading]]

READERS: Mapping[str, Reader] = {
    "asterisk": read_asterisk,
    "freeswitch": read_freeswitch,
    "kamailio": read_kamailio,
    "cucm": read_cucm,
    "3cx": read_3cx,
    "teams": read_teams,
    "csv": read_csv,
}
"""Kind of a telephone system -> what reads it."""


async def read_pbx(
    source: PbxSource,
    seen_at: datetime,
    shapes: Sequence[AgentShape] = (),
    readers: Mapping[str, Reader] = READERS,
) -> PbxReading:
    """Read a telephone system within its time; never raises for it.

    Args:
        source: Which.
        seen_at: Aware time of the reading.
        shapes: How makers of phones write their User-Agent.
        readers: What reads each kind.
    """
    limit = source.limits.total
    try:
        async with listening(limit):
            return await readers[source.kind](source, seen_at, shapes)
    except CollectError as error:
        problem = error.as_problem(f"pbx:{source.kind}")
    except TimeoutError:
        late = TimedOut(N_("not done within {limit} s"), limit=f"{limit:g}")
        problem = late.as_problem(f"pbx:{source.kind}")
    except Exception as error:  # noqa: BLE001
        # The boundary where a fault of ours becomes a result: an answer that breaks a
        # parser must not end the scan. The text may quote the answer: it is left out.
        detail = Told(N_("{error}; please report it"), error=type(error).__name__)
        problem = Problem(f"pbx:{source.kind}", Reason.INTERNAL, detail)
    return PbxReading(
        source=source.name,
        kind=source.kind,
        address=source.place,
        site=source.site,
        seen_at=seen_at,
        problems=(failed_part(problem),),
    )
