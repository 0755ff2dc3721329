"""Rules of provisioning: kits, calendars, lines, notices, sources; their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field
from sqlalchemy import Connection

from api.compose.rulebooks import provisioning_in_force, provisioning_of
from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.http.files import File
from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.extracts import Extract, Parameters
from api.resources.listed import Listed
from api.resources.people.cases import READERS
from api.resources.people.hr.readable_rules import (
    CalendarSaid,
    ClosedSaid,
    HolidaySaid,
    ItemSaid,
    KitSaid,
    LetterSaid,
    NoticeSaid,
    RuleSaid,
    StateSaid,
    StepSaid,
)
from api.resources.resource import Resource
from inventory.hr.context import lock_provisioning
from inventory.hr.rule_versions import (
    OF_FILE,
    cases_with_other_kits,
    counts,
    keep,
    lines_with_other_dates,
    names_of,
    versions,
)
from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_, NN_, Said
from inventory.provisioning.rulebook.kinds import KINDS
from inventory.provisioning.rulebook.readable import said_in_short, tables_of
from inventory.provisioning.rulebook.written import LARGEST, difference
from inventory.provisioning.rules import Rules
from inventory.storage.rows import Row

WRITERS = frozenset({Role.HR})
_TITLES = {
    "kits": N_("Kits"),
    "calendars": N_("Calendars"),
    "lines": N_("Lines"),
    "notices": N_("Notices"),
    "sources": N_("Sources of staff"),
}
_FIRST: Row = {"text": None, "remark": "", "actor": "", "recorded_at": None}
"""What is known of the version of the files."""

Remark = Annotated[str, Field(max_length=2000), Input("Reason")]
Version = Annotated[str, Field(max_length=20)]


class ProvisioningRulesRow(RowModel):
    """Rules of a kind that are in force."""

    name: Annotated[str, Column("Rules", Show.WORD, sort=True, lead=True)]
    says: Annotated[str, Column("What they say", Show.SAID)]
    in_force: Annotated[
        str, Column("In force", about="`file` until somebody changes them.")
    ]
    recorded_at: Annotated[Moment, Column("Changed", Show.AGO)]
    actor: Annotated[str, Column("By")]
    remark: Annotated[str, Column("Reason")]


class ProvisioningRulesQuestion(Question):
    """Which rules are asked for."""

    name: Annotated[Word, Choice("Rules", main=False)] = None


class VersionSaid(DetailModel):
    """A version of the rules; the last one first."""

    name: Annotated[str, Column("Version")]
    current: Annotated[bool, Column("In force", Show.YES)]
    recorded_at: Annotated[Moment, Column("Changed", Show.AGO)]
    actor: Annotated[str, Column("By")]
    remark: Annotated[str, Column("Reason")]
    added_lines: Annotated[int, Column("Lines added")]
    removed_lines: Annotated[int, Column("Lines removed")]


class ProvisioningRulesDetail(DetailModel):
    """The rules of a kind that are in force, and all versions."""

    name: Annotated[str, Column("Rules", Show.WORD)]
    says: Annotated[str, Column("What they say", Show.SAID)]
    in_force: Annotated[str, Column("In force")]
    recorded_at: Annotated[Moment, Column("Changed", Show.AGO)]
    actor: Annotated[str, Column("By")]
    remark: Annotated[str, Column("Reason")]
    kits: Annotated[list[KitSaid], Column("Kits")] = Field(default_factory=list)
    items: Annotated[list[ItemSaid], Column("Items")] = Field(default_factory=list)
    calendars: Annotated[list[CalendarSaid], Column("Calendars")] = Field(
        default_factory=list
    )
    closed: Annotated[list[ClosedSaid], Column("Closed days")] = Field(
        default_factory=list
    )
    holidays: Annotated[list[HolidaySaid], Column("Public holidays")] = Field(
        default_factory=list
    )
    states: Annotated[list[StateSaid], Column("States of case lines")] = Field(
        default_factory=list
    )
    steps: Annotated[list[StepSaid], Column("Steps of case lines")] = Field(
        default_factory=list
    )
    notices: Annotated[list[NoticeSaid], Column("Notices")] = Field(
        default_factory=list
    )
    texts: Annotated[list[LetterSaid], Column("Texts")] = Field(default_factory=list)
    rules: Annotated[list[RuleSaid], Column("Rules")] = Field(default_factory=list)
    versions: Annotated[list[VersionSaid], Column("Versions")]


class RulesIn(Given):
    """All rules of a kind, in the place of those that were."""

    file: Annotated[
        str,
        Field(min_length=1, max_length=LARGEST),
        Input("File", kind="document", hint="YAML, as it is shown here."),
    ]
    remark: Remark = ""


class VersionIn(Given):
    """A version that is to be in force again."""

    version: Annotated[Version, Input("Version", hint="`file`, v1, v2 …")]
    remark: Remark = ""


class RulesChanged(DetailModel):
    """What came of a change: it is in force, and what began before stays."""

    in_force: Annotated[str, Column("In force")]
    changed_lines: Annotated[int, Column("Lines changed")]
    cases_kept: Annotated[int, Column("Open cases that keep their kits")]
    dates_kept: Annotated[int, Column("Open lines that keep another date")]


class WhichVersion(Parameters):
    """Which version is asked for."""

    version: Annotated[
        str, Field(max_length=20, description="The one in force without.")
    ] = ""


class DifferentLine(DetailModel):
    """A line that came (`+`) or went (`-`)."""

    sign: Annotated[str, Column("Sign")]
    line: Annotated[str, Column("Line", Show.MONO)]


class Difference(DetailModel):
    """What a version changed: lines that came and that went."""

    name: Annotated[str, Column("Version")]
    before: Annotated[str, Column("Version before")]
    lines: Annotated[list[DifferentLine], Column("Lines changed")]


def _text(files: Rules, kind: str, row: Mapping[str, Any]) -> str:
    return str(row["text"] or KINDS[kind].text_of(files))


class _Version(NamedTuple):
    """A version: its name, whether it is in force, and its row."""

    name: str
    in_force: bool
    row: Row


def _all(connection: Connection, kind: str) -> list[_Version]:
    """Return all versions of a kind, that of the files first."""
    rows = versions(connection, kind)
    named = names_of(rows).items()
    return [
        _Version(name, there, row)
        for (name, there), row in zip(named, [_FIRST, *rows], strict=True)
    ]


def _facts(every: Sequence[_Version], kind: str, rules: Rules) -> dict[str, Any]:
    last = every[-1].row
    return {
        "name": kind,
        "says": said_in_short(kind, rules),
        "in_force": next(one.name for one in every if one.in_force),
        **{key: last[key] for key in ("recorded_at", "actor", "remark")},
    }


def _in_force(viewer: Viewer, connection: Connection) -> Rules:
    assert viewer.app is not None
    return provisioning_in_force(viewer.app.settings, connection)


def _rows(
    connection: Connection, _asked: ProvisioningRulesQuestion, viewer: Viewer
) -> list[dict[str, Any]]:
    rules = _in_force(viewer, connection)
    return [_facts(_all(connection, kind), kind, rules) for kind in KINDS]


def _names(connection: Connection) -> list[dict[str, Any]]:
    # What is changed since a form was drawn has another version: that is told.
    found = counts(connection)
    return [{"name": kind, "count": found.get(kind, 0)} for kind in KINDS]


def _kind_at(place: int) -> str:
    return list(KINDS)[place - 1]


def _get(connection: Connection, place: int, viewer: Viewer) -> dict[str, Any] | None:
    if not 1 <= place <= len(KINDS):
        return None
    assert viewer.app is not None
    kind, rules = _kind_at(place), _in_force(viewer, connection)
    files, every = provisioning_of(viewer.app.settings), _all(connection, kind)
    return {
        **_facts(every, kind, rules),
        **tables_of(kind, rules, viewer.today),
        "versions": _history(every, files, kind),
    }


def _history(
    every: Sequence[_Version], files: Rules, kind: str
) -> list[dict[str, Any]]:
    found = []
    before = None
    for name, there, row in every:
        text = _text(files, kind, row)
        signs = [sign for sign, _ in difference(before or text, text)]
        found.append(
            {
                "name": name,
                "current": there,
                **{key: row[key] for key in ("recorded_at", "actor", "remark")},
                "added_lines": signs.count("+"),
                "removed_lines": signs.count("-"),
            }
        )
        before = text
    return found[::-1]


def _find(
    connection: Connection, kind: str, wanted: str = ""
) -> tuple[_Version, _Version]:
    """Return a version, the one in force without a name, and the one before it.

    Raises:
        NotFound: There is none of that name.
    """
    every = _all(connection, kind)
    for one, before in zip(every, [every[0], *every], strict=False):
        if one.name == wanted or (not wanted and one.in_force):
            return one, before
    raise NotFound(
        N_("There is no version {version}."),
        where="version",
        remedy=N_("Use one of {names}."),
        version=wanted,
        names=", ".join(one.name for one in every),
    )


def _file(
    connection: Connection, place: int, viewer: Viewer, asked: WhichVersion
) -> File:
    assert viewer.app is not None
    kind, files = _kind_at(place), provisioning_of(viewer.app.settings)
    version, _ = _find(connection, kind, asked.version)
    text = _text(files, kind, version.row)
    return File(f"{kind}.yaml", "application/yaml", [text.encode()])


def _difference(
    connection: Connection, place: int, viewer: Viewer, asked: WhichVersion
) -> dict[str, Any]:
    assert viewer.app is not None
    kind, files = _kind_at(place), provisioning_of(viewer.app.settings)
    version, before = _find(connection, kind, asked.version)
    texts = [_text(files, kind, one.row) for one in (before, version)]
    lines = difference(*texts)
    return {
        "name": version.name,
        "before": before.name,
        "lines": [{"sign": sign, "line": line} for sign, line in lines],
    }


def _begin(acting: Acting) -> dict[str, Any]:
    kind = _kind_at(acting.id)
    version, _ = _find(acting.work.connection, kind)
    return {"file": _text(provisioning_of(acting.app.settings), kind, version.row)}


def _keep(acting: Acting, kind: str, text: str | None, remark: str) -> dict[str, Any]:
    files, connection = provisioning_of(acting.app.settings), acting.work.connection
    before, _ = _find(connection, kind)
    rules = keep(acting.work, files, kind, text, remark)
    now, _ = _find(connection, kind)
    texts = [_text(files, kind, one.row) for one in (before, now)]
    # Cases keep their kits, and lines the dates that they have.
    dated = kind in ("calendars", "lines")
    return {
        "in_force": now.name,
        "changed_lines": len(list(difference(*texts))),
        "cases_kept": cases_with_other_kits(connection, rules) if kind == "kits" else 0,
        "dates_kept": lines_with_other_dates(connection, rules) if dated else 0,
    }


def _set(acting: Acting, given: RulesIn) -> dict[str, Any]:
    return _keep(acting, _kind_at(acting.id), given.file, given.remark)


def _restore(acting: Acting, given: VersionIn) -> dict[str, Any]:
    kind = _kind_at(acting.id)
    version, _ = _find(acting.work.connection, kind, given.version)
    text = None if given.version == OF_FILE else version.row["text"]
    return _keep(acting, kind, text, given.remark)


def rule_act(name: str, given: type[Given], run: Any, **more: Any) -> Act:  # noqa: ANN401
    """Return an act that makes another version of rules be in force."""
    said = N_("In force: version {in_force}.")
    about: dict[str, Any] = {"said": said, "answer": RulesChanged, **more}
    return Act(name, given, run, WRITERS, lock=lock_provisioning, **about)


PROVISIONING_RULES = Resource(
    name="provisioning-rules",
    command="provisioning-rule",
    title=N_("Rules of provisioning"),
    counted=NN_("{count} kind of rules", "{count} kinds of rules"),
    group="people",
    roles=READERS,
    rows=ProvisioningRulesRow,
    question=ProvisioningRulesQuestion,
    sort="name",
    source=ComputedSource(rows=ProvisioningRulesRow, compute=_rows, key=("name",)),
    reference=Listed("kind of rules", _names),
    detail=ProvisioningRulesDetail,
    get=_get,
    called=lambda row: Said(_TITLES[row["name"]]),
    extracts=(
        Extract(
            name="file",
            about=N_("Give a version of the rules as a file."),
            read=_file,
            media=("application/yaml",),
            parameters=WhichVersion,
        ),
        Extract(
            name="difference",
            about=N_("Give the lines that a version changed."),
            read=_difference,
            answer=Difference,
            parameters=WhichVersion,
        ),
    ),
    acts=(
        rule_act(
            "change-provisioning-rules",
            RulesIn,
            _set,
            verb="change",
            try_first=True,
            begin=_begin,
            about="Replace the rules; they hold at once, for what begins from now on.",
            title=N_("Change the rules"),
        ),
        rule_act(
            "restore-provisioning-rules",
            VersionIn,
            _restore,
            verb="restore",
            try_first=True,
            about="Let a version be in force again; `file` is that of the files.",
        ),
    ),
)
