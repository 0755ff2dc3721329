"""The shapes of kits, calendars, lines, notices and sources. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from inventory.provisioning.calendars import WEEKDAYS
from inventory.provisioning.line_states import ACTIONS
from inventory.provisioning.notices import WHO
from inventory.provisioning.plan import CaseKind
from inventory.provisioning.rulebook.shapes import (
    Amount,
    Day,
    Fields,
    Flag,
    ListOf,
    MapOf,
    Number,
    Shape,
    Text,
)
from inventory.provisioning.rules import LONGEST_DAYS, MOST_LEAVERS
from inventory.provisioning.statements.event_kinds import WORK_FIELDS

ROLES = ("manager", "accounting", "it", "employee", "hr")
"""Who has to act on a line."""
EFFECTS = (
    *("reserve", "release", "prepare", "send", "give", "take", "keep", "find"),
    *("restock", "repair", "dispose", "sell", "lose", "steal", "pass_on"),
    *("suspend", "resume"),
)
"""What a step may do to an asset or a telecom line."""
WRITE_OFFS = ("lost", "stolen", "unreturned", "damaged", "bought-out")
_MOST_DAYS = 260
"""Working days of a year."""

_TEXT, _FLAG, _DAY = Text(), Flag(), Day()
_TEXTS, _WORDS = ListOf(_TEXT), MapOf(_TEXT)
_DAYS = Number(0, LONGEST_DAYS)

_ITEM = Fields(
    {
        "kind": _TEXT,
        "any_of": _TEXTS,
        "substitutes": _TEXTS,
        "tracked": _FLAG,
        "benefit": _FLAG,
        "cost": Amount(),
        "approval": _FLAG,
        "overlap": Number(0, _MOST_DAYS),
    },
    needed=("kind",),
)
_KIT = Fields(
    {
        "name": _TEXT,
        "items": _TEXTS,
        "without": _TEXTS,
        "when": Fields(dict.fromkeys(WORK_FIELDS, _TEXTS)),
        "from": _DAY,
        "to": _DAY,
    },
    needed=("name",),
)
_CALENDAR = Fields(
    {
        "from": _DAY,
        "zone": _TEXT,
        "country": _TEXT,
        "subdivision": _TEXT,
        "weekend": ListOf(Text(WEEKDAYS)),
        "closed": ListOf(
            Fields({"from": _DAY, "to": _DAY, "why": _TEXT}, needed=("from", "to"))
        ),
    },
    needed=("zone",),
)
_STATE = Fields(
    {
        "owner": Text(ROLES),
        "owners": MapOf(Text(ROLES)),
        "anchor": Text(("effective", "entered")),
        "days": Number(-_MOST_DAYS, _MOST_DAYS),
        "meaning": _TEXT,
        "meanings": _WORDS,
        "closed": _FLAG,
    },
    needed=("meaning",),
)
_STEP = Fields(
    {
        "from": _TEXTS,
        "untracked": _TEXTS,
        "to": _TEXT,
        "actions": ListOf(Text(ACTIONS)),
        "effect": Text(EFFECTS),
        "propose": Text(WRITE_OFFS),
        "reason_is": _TEXT,
        "dear": _TEXT,
        **dict.fromkeys(
            ("reason", "automatic", "apart", "signs", "tracked", "payer"), _FLAG
        ),
        "untracked_only": _FLAG,
    },
    needed=("to",),
)
_NOTICE = Fields(
    {
        "when": _TEXT,
        "case": Text(tuple(CaseKind)),
        "to": ListOf(Text(WHO)),
        "owner": Text(ROLES),
        "calendar": _FLAG,
    },
    needed=("when", "to"),
)
_LETTER = Fields({"subject": _TEXT, "body": _TEXT}, needed=("subject", "body"))
_SOURCES: Mapping[str, Shape] = {
    "joining": ListOf(_TEXTS),
    "authority": Fields({"fields": MapOf(_TEXTS), "others": _TEXTS}),
    "leavers": Fields({"most": Number(0, MOST_LEAVERS), "days": _DAYS}),
    "remind": Fields({"before": _DAYS, "every": _DAYS}),
    "bridge": _DAYS,
    "absence_days": _DAYS,
    "retention_days": _DAYS,
    "suspend": _TEXTS,
    "separate": _FLAG,
    "approve_up_to": Amount(),
    "employments": MapOf(
        Fields(
            {
                "legal_entity": _TEXT,
                "create": _TEXTS,
                "here_before": _DAY,
                "attributes": _WORDS,
            }
        )
    ),
}

SHAPES: Mapping[str, Shape] = {
    "kits": Fields(
        {"currency": _TEXT, "items": MapOf(_ITEM), "kits": ListOf(_KIT)},
        needed=("items",),
    ),
    "calendars": Fields(
        {"default": ListOf(_CALENDAR), "sites": MapOf(ListOf(_CALENDAR))},
        needed=("default",),
    ),
    "lines": Fields(
        {"states": MapOf(_STATE), "steps": MapOf(_STEP)}, needed=("states", "steps")
    ),
    "notices": Fields(
        {"notices": MapOf(_NOTICE), "texts": MapOf(MapOf(_LETTER))},
    ),
    "sources": Fields(_SOURCES),
}
"""Kind -> what its document may be."""
