"""Which addresses the pages of the resources answer; `api.web` answers the others."""

from __future__ import annotations

import re
from functools import cache

from starlette.types import Scope

from api.resources.registry import ENTRIES

_WITH_OWN_PAGE = (
    "assets",
    "cases",
    "contracts",
    "cost-centres",
    "devices",
    "licences",
    "orders",
    "people",
    "scans",
    "stock-takes",
)
"""Resources of which `api.web` shows one in more than its fields."""

_OWN_TABS = ("identity", "papers", "scan", "timeline")
"""Further pages of one of them."""

_OWN_LISTS = (
    "cases",
    "contracts",
    "cost-centres",
    "credentials",
    "directory",
    "map",
    "neighbours",
    "places",
    "scans",
    "stock",
    "stock-takes",
    "telephony",
    "webhooks",
    "worklist",
)
"""Lists that `api.web` shows together with what one does there."""


def answers(scope: Scope) -> bool:
    """Whether a request is for a page of the resources (ASGI)."""
    return bool(_ours().match(scope["path"]))


@cache
def _ours() -> re.Pattern[str]:
    names = "|".join(re.escape(one.name) for one in ENTRIES)
    whole = "|".join(_WITH_OWN_PAGE)
    lists, tabs = "|".join(_OWN_LISTS), "|".join(_OWN_TABS)
    return re.compile(
        rf"^(?!/(?:{whole})/\d+(?:/(?:{tabs}))?$)(?!/(?:{lists})$)"
        # The lists of what the cases lack, which are no case.
        r"(?!/cases/lists/)"
        rf"(?:/static/.*|/settings$|/search$|/(?:{names})(?:\.[a-z]+|/.*)?$)"
    )
