"""Carrying out what somebody asked for, from the API and from forms of the pages.

An `Act` says what is needed, who may do it and what is done. Routes of the API and
the one form handler of the pages (`api.web.acts`) use the same acts, so a rule or a
permission is written once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.compose.wiring import App
from api.http.auth import Caller, Role
from api.http.errors import Forbidden
from inventory.storage.work import UnitOfWork


class Given(BaseModel):
    """Base of what is given to an act: these fields and no others."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, and with what.

    Attributes:
        app: The composition.
        caller: Who acts.
        work: The unit of work; it is committed after the act.
        base: Address of this site as the caller sees it, without a final `/`.
    """

    app: App
    caller: Caller
    work: UnitOfWork
    base: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done.

    Attributes:
        name: Stable name; forms are sent to `/do/<name>`.
        given: What is needed.
        run: Does it; its result is the answer of the API.
        roles: Who may; empty: everybody who is logged in.
        said: Sentence for the page afterwards; `{...}` from the result, a mapping.
        leads_to: Path of the page afterwards, from the result; empty: back.
    """

    name: str
    given: type[BaseModel]
    run: Callable[[Acting, Any], Any]
    roles: frozenset[Role] = field(default_factory=frozenset)
    said: str = "Done."
    leads_to: str = ""


def carry_out(
    app: App, who: Caller, act: Act, given: BaseModel, *, base: str = ""
) -> Any:  # noqa: ANN401 - whatever the act answers
    """Carry out an act in a unit of work of its own; return its result.

    Raises:
        Forbidden: The caller has none of the roles.
        InventoryError: Whatever the act refuses; nothing was written.
    """
    if act.roles and who.roles.isdisjoint(act.roles):
        needed = " or ".join(sorted(act.roles))
        raise Forbidden(f"This needs the role {needed}.")
    with app.work(who.actor) as work:
        result = act.run(Acting(app, who, work, base or public_url(app)), given)
        work.commit()
    return result


def public_url(app: App) -> str:
    """Return the address under which users reach the pages, without a final `/`."""
    http = app.settings.http
    return (http.public_url or f"http://{http.host}:{http.port}").rstrip("/")
