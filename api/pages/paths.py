"""Which addresses the pages of the resources answer; `api.web` answers the others."""

from __future__ import annotations

import re
from functools import cache

from starlette.types import Scope

from api.resources.registry import ENTRIES

_WITH_OWN_PAGE = ("devices", "assets", "people", "scans", "cases")
"""Resources of which `api.web` shows one in more than its fields."""

_OWN_LISTS = (
    "cases",
    "credentials",
    "directory",
    "map",
    "neighbours",
    "places",
    "scans",
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
    lists = "|".join(_OWN_LISTS)
    return re.compile(
        rf"^(?!/(?:{whole})/\d+(?:/identity)?$)(?!/(?:{lists})$)"
        rf"(?:/static/.*|/settings$|/search$|/(?:{names})(?:\.[a-z]+|/.*)?$)"
    )
