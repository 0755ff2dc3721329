"""How routes carry out acts (`api.http.actions`): who calls, with what, the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from api.compose.wiring import App
from api.http.actions import Act, carry_out
from api.http.answers import answer
from api.http.auth import Caller, Role
from api.http.deps import AppDep, allow


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of the API that wants something done."""

    app: App
    caller: Caller
    base: str


def asked(request: Request, app: AppDep, who: Annotated[Caller, allow(*Role)]) -> Asked:
    """Return who asks, and under which address he reached us."""
    http = app.settings.http
    return Asked(app, who, (http.public_url or str(request.base_url)).rstrip("/"))


Doing = Annotated[Asked, Depends(asked)]


def perform(doing: Asked, act: Act, given: BaseModel, status: int = 200) -> Response:
    """Carry out an act and return its result as JSON."""
    result = carry_out(doing.app, doing.caller, act, given, base=doing.base)
    return answer(result, status)
