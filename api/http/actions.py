"""Carrying out what somebody asked for, from the API and from forms of the pages.

An `Act` says what is needed, who may do it, what is done and what will happen. The
HTTP API, the command line (`api.resources`) and the forms of the pages
(`api.pages.acts.acting`) use the same acts, so a rule or a permission is written once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from sqlalchemy import Connection

from api.http.callers import Caller, Role, check_role, check_whole
from api.resources.references import resolved
from inventory.kernel.clean_text import checked, cleaned
from inventory.storage.work import UnitOfWork

if TYPE_CHECKING:
    from api.compose.wiring import App

Tell = Callable[[int, int], None]
Long = Callable[[Connection, int, Any], bool]


def unheard(_done: int, _total: int) -> None:
    """Nobody asks how far it is."""


class Given(BaseModel):
    """Base of what is given to an act: these fields and no others."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _clean(cls, sent: Any) -> Any:  # noqa: ANN401 - whatever was sent
        return cleaned(sent) if isinstance(sent, dict) else sent

    @field_validator("*")
    @classmethod
    def _sane(cls, value: Any) -> Any:  # noqa: ANN401 - of any field
        return checked(value)


class NothingIn(Given):
    """Nothing more is needed."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, and with what.

    Attributes:
        app: The composition.
        caller: Who acts.
        work: The unit of work; it is committed after the act.
        base: Address of this site as the caller sees it, without a final `/`.
        id: The thing of the resource that is acted on; 0 where there is none yet.
        tell: Takes how far it is: done, of how many.
    """

    app: App
    caller: Caller
    work: UnitOfWork
    base: str = ""
    id: int = 0
    tell: Tell = unheard


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done, with one thing of a resource or with many.

    Attributes:
        name: Stable name, unique among all.
        given: What is needed.
        run: Does it. With `answer` its result is the answer of the API. Without, the
            answer is the whole thing: that of `id`, if the result is a mapping with
            one (`create` must have it), else the one that was acted on.
        roles: Who may; empty: everybody of the staff.
        said: Sentence for the page afterwards; `{...}` from the result, a mapping.
        leads_to: Path of the page afterwards, from the result; empty: back.
        verb: What it is in the resource: `create` is POST, `update` PATCH, `delete`
            DELETE, others are `POST /things/{ref}:verb`. Empty: the name.
        about: A sentence for the API and the command line; empty: that of `given`.
        title: Heading of its form, `{...}` from the row.
        on: `one` thing of the resource, or the `list`: `POST /things:verb`.
        ref: Field of `given` that names the thing; path and argument fill it (with
            the id if it is a `Ref`, else with the first name), forms send it. Empty:
            `run` reads `acting.id`.
        answer: Model of the result, for an act whose answer is not the thing itself.
        shown_once: Fields of the answer that are secrets: never kept, so that a
            repeated answer has null instead.
        many: One call may carry it out on many things, each with its own input.
        lock: Takes locks that come before that of the thing itself, always in the
            same order, so that two calls never wait for each other.
        preview: It can be tried: its unit of work is rolled back. Not for what
            reaches outside of the database.
        try_first: Its form offers to be tried, and shows the answer or, without one,
            what would become of the things.
        alone: It opens units of work of its own, after `acting.work` was not used.
        danger: It ends or destroys something; who acts is asked once more.
        consequences: Sentences of what will happen, before it is done.
        begin: Values that a form begins with.
        changes: What is not given stays as it is: a form sends what was changed.
        own: It is about what the caller has, whatever else that person sees.
        from_file: Its command takes the fields from a YAML file, too (`--file`).
        long: It may take longer than a request: it can be carried out as a job, and is
            where this says so of the database, the thing (0 for the list) and what is
            given. What is given is kept with the job, so it holds no secret.
    """

    name: str
    given: type[BaseModel]
    run: Callable[[Acting, Any], Any]
    roles: frozenset[Role] = field(default_factory=frozenset)
    said: str = "Done."
    leads_to: str = ""
    verb: str = ""
    about: str = ""
    title: str = ""
    on: Literal["one", "list"] = "one"
    ref: str = ""
    answer: type[BaseModel] | None = None
    shown_once: tuple[str, ...] = ()
    many: bool = False
    lock: Callable[[UnitOfWork], None] | None = None
    preview: bool = True
    try_first: bool = False
    alone: bool = False
    danger: bool = False
    consequences: Callable[[Acting, Any], Sequence[str]] | None = None
    begin: Callable[[Acting], Mapping[str, Any]] | None = None
    changes: bool = False
    own: bool = False
    from_file: bool = False
    long: Long | None = None

    def __post_init__(self) -> None:
        if self.long is not None and (self.shown_once or self.many):
            raise ValueError(f"{self.name}: its answer is not for a job")
        if self.verb == "update":
            object.__setattr__(self, "changes", True)
        if not self.verb:
            object.__setattr__(self, "verb", self.name)

    @property
    def summary(self) -> str:
        """One sentence that says what it does."""
        return self.about or (self.given.__doc__ or "").strip().split("\n")[0]


def carry_out(
    app: App, who: Caller, act: Act, given: BaseModel, *, base: str = ""
) -> Any:  # noqa: ANN401 - whatever the act answers
    """Carry out an act in a unit of work of its own; return its result.

    Raises:
        Forbidden: The caller has none of the roles, or sees a part of the house only
            and the act is not about own things.
        InventoryError: Whatever the act refuses; nothing was written.
    """
    check_role(who, act.roles)
    if not act.own:
        check_whole(who)
    with app.work(who.actor) as work:
        if act.lock is not None:
            act.lock(work)
        given = resolved(work.connection, given)
        result = act.run(Acting(app, who, work, base or public_url(app)), given)
        work.commit()
    return result


def public_url(app: App) -> str:
    """Return the address under which users reach the pages, without a final `/`."""
    http = app.settings.http
    return (http.public_url or f"http://{http.host}:{http.port}").rstrip("/")
