"""Sources of staff: which system decides what of persons; versions of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection

from api.compose.rulebooks import provisioning_in_force, provisioning_of
from api.http.actions import Act, Acting, Given
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
from api.resources.listed import Listed
from api.resources.people.cases import READERS
from api.resources.people.hr.provisioning_rules import rule_act
from api.resources.perform import changes_of
from api.resources.resource import Resource
from inventory.hr.rule_versions import document_of, keep, names_of, versions
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.provisioning.employing_directories import read_directories
from inventory.provisioning.rulebook.written import as_text, read_text
from inventory.provisioning.rules import LONGEST_DAYS, MOST_LEAVERS
from inventory.provisioning.staff_sources import (
    EMPLOYMENTS,
    changed,
    checked,
    in_fields,
)
from inventory.storage.rows import find

KIND = "sources"
Days = Annotated[int | None, Field(ge=0, le=LONGEST_DAYS)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Remark = Annotated[str, Field(max_length=2000), Input("Reason")]


class StaffSourcesRow(RowModel):
    """A version of the rules."""

    name: Annotated[str, Column("Version", lead=True)]
    number: Annotated[int, Column("Number", sort=True, shown=False)]
    in_force: Annotated[bool, Column("In force", Show.YES)]
    recorded_at: Annotated[Moment, Column("Changed", Show.AGO)]
    actor: Annotated[str, Column("By")]
    remark: Annotated[str, Column("Reason")]
    order: Annotated[
        list[str], Column("Order of sources", about="The strongest first.")
    ]
    providers: Annotated[
        list[str],
        Column("Users are staff", about="Identity providers that say who works here."),
    ]


class StaffSourcesDetail(DetailModel):
    """The rules of a version, field by field."""

    name: Annotated[str, Column("Version")]
    in_force: Annotated[bool, Column("In force", Show.YES)]
    recorded_at: Annotated[Moment, Column("Changed", Show.AGO)]
    actor: Annotated[str, Column("By")]
    remark: Annotated[str, Column("Reason")]
    joining: Annotated[list[str], Column("Rules of joining")]
    order: Annotated[list[str], Column("Order of sources")]
    field_order: Annotated[dict[str, str], Column("Order for single fields")]
    providers: Annotated[list[str], Column("Users are staff")]
    most_leavers: Annotated[int | None, Column("Most leavers")]
    leaver_days: Annotated[int | None, Column("Within days")]
    bridge: Annotated[int | None, Column("Days to be hired again")]
    suspend: Annotated[list[str], Column("Suspended during absence")]
    absence_days: Annotated[int | None, Column("Days of absence")]
    remind_before: Annotated[int | None, Column("Reminder, days before")]
    remind_every: Annotated[int | None, Column("Reminder, every days")]
    retention_days: Annotated[int | None, Column("Days kept")]
    separate: Annotated[bool | None, Column("Who asks does not approve", Show.YES)]
    approve_up_to: Annotated[str | None, Column("A manager approves up to", Show.MONO)]
    file: Annotated[str, Column("As a file", Show.MONO)]


class StaffSourcesQuestion(Question):
    """Which versions are asked for."""

    in_force: Annotated[bool | None, Choice("In force")] = None
    name: Annotated[Word, Choice("Version", main=False)] = None


_JOIN, _WHO = N_("Who is who, and who decides"), N_("Leavers and absence")
_ALSO = N_("Reminders, approval, keeping")


class StaffSourcesIn(Given):
    """Changes of the rules; what is left out stays as it is."""

    joining: Annotated[
        list[Text] | None,
        Field(max_length=20),
        Input(
            "Rules of joining",
            group=_JOIN,
            hint=N_(
                "Fields that agree, a rule a line, the surest first:"
                " email + family name."
            ),
        ),
    ] = None
    order: Annotated[
        list[Text] | None,
        Field(max_length=50),
        Input(
            "Order of sources",
            group=_JOIN,
            hint=N_("Names of HR sources, a line each, the strongest first."),
        ),
    ] = None
    field_order: Annotated[
        dict[str, str] | None,
        Field(max_length=50),
        Input(
            "Order for single fields",
            group=_JOIN,
            hint=N_("A field a line: department = workday, sap."),
        ),
    ] = None
    most_leavers: Annotated[
        int | None,
        Field(ge=0, le=MOST_LEAVERS),
        Input(
            "Most leavers",
            group=_WHO,
            hint=N_("More of one source wait until a person confirms them."),
        ),
    ] = None
    leaver_days: Annotated[Days, Input("Within days", group=_WHO)] = None
    bridge: Annotated[
        Days,
        Input(
            "Days to be hired again",
            group=_WHO,
            hint=N_("Who is hired again within them keeps what is not back yet."),
        ),
    ] = None
    suspend: Annotated[
        list[Text] | None,
        Field(max_length=50),
        Input(
            "Suspended during absence", group=_WHO, hint=N_("Kinds of items of kits.")
        ),
    ] = None
    absence_days: Annotated[
        Days,
        Input("Days of absence", group=_WHO, hint=N_("From how many on it counts.")),
    ] = None
    remind_before: Annotated[Days, Input("Reminder, days before", group=_ALSO)] = None
    remind_every: Annotated[Days, Input("Reminder, every days", group=_ALSO)] = None
    retention_days: Annotated[
        Days,
        Input(
            "Days kept",
            group=_ALSO,
            hint=N_("After the last day, until a name may be erased."),
        ),
    ] = None
    separate: Annotated[
        bool | None, Input("Who asks does not approve", group=_ALSO)
    ] = None
    approve_up_to: Annotated[
        str | None,
        Field(max_length=30),
        Input(
            "A manager approves up to",
            group=_ALSO,
            hint=N_("In the currency of the kits; empty: any amount."),
        ),
    ] = None
    remark: Remark = ""


class DirectoryIn(Given):
    """An identity provider whose users are the staff."""

    provider: Annotated[
        str,
        Field(pattern=r"^scim(:[a-z0-9-]+)?$", max_length=200),
        Input("Provider", hint=N_("Such as scim:okta, by its token; scim: each.")),
    ]
    legal_entity: Annotated[
        str,
        Field(max_length=200),
        Input("Legal entity", hint=N_("Code of the employer of users who name none.")),
    ] = ""
    create: Annotated[
        list[Literal["departments", "cost_centres", "locations"]],
        Field(default_factory=list),
        Input("Added when named"),
    ]
    here_before: Annotated[
        date | None,
        Input(
            "Here before",
            hint=N_("For users who come before that day nothing is prepared."),
        ),
    ] = None
    attributes: Annotated[
        dict[str, str],
        Field(default_factory=dict, max_length=20),
        Input(
            "Attributes",
            hint=N_("Where not as the standard has it: department = division."),
        ),
    ]
    remark: Remark = ""


class NoDirectoryIn(Given):
    """An identity provider whose users are the staff no longer."""

    provider: Annotated[str, Field(max_length=200), Input("Provider")]
    remark: Remark = ""


class FileIn(Given):
    """All rules at once."""

    file: Annotated[str, Input("File", kind="text-file", hint="YAML: sources.yaml.")]
    remark: Remark = ""


class RestoreIn(Given):
    """A version is to be in force again."""

    remark: Remark = ""


class InForce(DetailModel):
    """The version that is in force now."""

    name: str


def _names(connection: Connection) -> list[dict[str, Any]]:
    found = names_of(versions(connection, KIND))
    return [{"name": name, "in_force": there} for name, there in found.items()]


def _documents(
    connection: Connection, viewer: Viewer
) -> list[tuple[dict[str, Any], Mapping[str, Any]]]:
    """Return each version, and the document it stands for."""
    assert viewer.app is not None
    files = provisioning_of(viewer.app.settings).sources
    first = {"text": None, "remark": "", "actor": "", "recorded_at": None}
    rows = [first, *versions(connection, KIND)]
    facts = [
        {
            **named,
            "number": number,
            **{key: row[key] for key in ("recorded_at", "actor", "remark")},
        }
        for number, (named, row) in enumerate(
            zip(_names(connection), rows, strict=True)
        )
    ]
    found = [files if row["text"] is None else document_of(row["text"]) for row in rows]
    return list(zip(facts, found, strict=True))


def _providers(document: Mapping[str, Any]) -> list[str]:
    found = read_directories(document)
    return [f"{name}: {one.told()}" for name, one in found.items()]


def _rows(
    connection: Connection, _asked: StaffSourcesQuestion, viewer: Viewer
) -> list[dict[str, Any]]:
    return [
        {
            **facts,
            "order": in_fields(document)["order"],
            "providers": list(document.get(EMPLOYMENTS) or {}),
        }
        for facts, document in _documents(connection, viewer)
    ]


def _get(connection: Connection, place: int, viewer: Viewer) -> dict[str, Any] | None:
    found = _documents(connection, viewer)
    if not 1 <= place <= len(found):
        return None
    facts, document = found[place - 1]
    fields = in_fields(document)
    money = fields["approve_up_to"]
    return {
        **{name: value for name, value in facts.items() if name != "number"},
        **fields,
        "approve_up_to": None if money is None else str(money),
        "providers": _providers(document),
        "file": as_text(document),
    }


def _now(acting: Acting) -> Mapping[str, Any]:
    return provisioning_in_force(acting.app.settings, acting.work.connection).sources


def _keep(acting: Acting, document: Mapping[str, Any], remark: str) -> dict[str, str]:
    files = provisioning_of(acting.app.settings)
    if document != _now(acting):
        checked(document, files)
        keep(acting.work, files, KIND, as_text(document), remark)
    return _name_now(acting)


def _name_now(acting: Acting) -> dict[str, str]:
    (name,) = [one["name"] for one in _names(acting.work.connection) if one["in_force"]]
    return {"name": name}


def _begin(acting: Acting) -> dict[str, Any]:
    return in_fields(_now(acting))


def _set(acting: Acting, given: StaffSourcesIn) -> dict[str, str]:
    changes = {n: v for n, v in changes_of(given).items() if n != "remark"}
    return _keep(acting, changed(_now(acting), changes), given.remark)


def _set_provider(acting: Acting, given: DirectoryIn) -> dict[str, str]:
    entity = given.legal_entity
    if entity and find(acting.work.connection, LegalEntity, code=entity) is None:
        raise Invalid(
            N_("There is no legal entity {code}."), where="legal_entity", code=entity
        )
    section: dict[str, Any] = {
        "legal_entity": entity or None,
        "create": sorted(given.create),
        "here_before": given.here_before and given.here_before.isoformat(),
        "attributes": given.attributes,
    }
    section = {name: value for name, value in section.items() if value}
    try:
        read_directories({EMPLOYMENTS: {given.provider: section}})
    except Invalid as error:
        error.where = "attributes"
        raise
    return _employ(acting, {given.provider: section}, given.remark)


def _remove_provider(acting: Acting, given: NoDirectoryIn) -> dict[str, str]:
    if given.provider not in (_now(acting).get(EMPLOYMENTS) or {}):
        raise NotFound(
            N_("{provider} is not set to say who works here."),
            where="provider",
            provider=given.provider,
        )
    return _employ(acting, {given.provider: None}, given.remark)


def _employ(
    acting: Acting, sections: Mapping[str, Mapping[str, Any] | None], remark: str
) -> dict[str, str]:
    document = dict(_now(acting))
    both = {**(document.get(EMPLOYMENTS) or {}), **sections}
    document[EMPLOYMENTS] = {n: one for n, one in both.items() if one is not None}
    return _keep(acting, document, remark)


def _load(acting: Acting, given: FileIn) -> dict[str, str]:
    return _keep(acting, read_text(given.file).document, given.remark)


def _restore(acting: Acting, given: RestoreIn) -> dict[str, str]:
    place = acting.id - 2
    row = versions(acting.work.connection, KIND)[place] if place >= 0 else {}
    files = provisioning_of(acting.app.settings)
    keep(acting.work, files, KIND, row.get("text"), given.remark)
    return _name_now(acting)


def _act(name: str, given: type[Given], run: Any, verb: str, **more: Any) -> Act:  # noqa: ANN401
    said = N_("In force: version {name}.")
    about = {"on": "list", "verb": verb, "said": said, "answer": InForce, **more}
    return rule_act(name, given, run, **about)


STAFF_SOURCES = Resource(
    name="staff-sources",
    command="staff-source",
    title=N_("Sources of staff"),
    counted=NN_("{count} version", "{count} versions"),
    group="people",
    roles=READERS,
    rows=StaffSourcesRow,
    question=StaffSourcesQuestion,
    sort="-number",
    source=ComputedSource(rows=StaffSourcesRow, compute=_rows, key=("number",)),
    reference=Listed("version", _names),
    detail=StaffSourcesDetail,
    get=_get,
    called=lambda row: str(row["name"]),
    acts=(
        _act(
            "change-staff-sources",
            StaffSourcesIn,
            _set,
            "set",
            begin=_begin,
            changes=True,
            about="Change who decides what of persons; it holds at once.",
            title=N_("Change the rules"),
        ),
        _act(
            "set-provider",
            DirectoryIn,
            _set_provider,
            "set-provider",
            about="Let the users of an identity provider be the staff.",
        ),
        _act(
            "remove-provider",
            NoDirectoryIn,
            _remove_provider,
            "remove-provider",
            about="Let an identity provider say no more who works here.",
            danger=True,
        ),
        _act(
            "load-staff-sources",
            FileIn,
            _load,
            "load",
            about="Replace all rules by those of a file.",
        ),
        _act(
            "restore-staff-sources",
            RestoreIn,
            _restore,
            "restore",
            on="one",
            about="Let a version be in force again; `file` is that of the files.",
        ),
    ),
)
