"""Parameters that routes share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path, Query

Limit = Annotated[int, Query(ge=1, le=1000, description="Rows on a page.")]
After = Annotated[
    str | None, Query(max_length=2000, description="`next` of the page before.")
]
Id = Annotated[int, Path(ge=1, le=2**63 - 1, description="Its number.")]
Words = Annotated[str, Query(max_length=200, description="Words, each must occur.")]
AsOf = Annotated[date | None, Query(description="As of this day; today without.")]
