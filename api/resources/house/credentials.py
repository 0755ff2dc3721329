"""Credentials for devices: stored sealed, listed without their secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, SecretStr, StringConstraints

from api.compose.device_logins import master_source
from api.http.actions import Act, Acting, Given, NothingIn
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.house.credential_parts import PUBLIC, SECRET
from api.resources.perform import changes_of
from api.resources.references import CREDENTIAL
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.vault import credentials, rotation
from inventory.vault.credentials import DEFAULT_SET, MAX_SECRET

READERS = frozenset({Role.IT, Role.AUDITOR})
ADMINS = frozenset({Role.IT})

Kind = Literal["snmp-v1", "snmp-v2c", "snmp-v3", "ssh", "jump", "winrm", "pbx"]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Secrets = dict[Short, Annotated[SecretStr, Field(max_length=MAX_SECRET)]]
Networks = Annotated[list[Annotated[str, Field(max_length=90)]], Field(max_length=1000)]
Position = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Types = Annotated[list[Short], Field(max_length=100)]
_SCOPE = (
    "set_name",
    "site",
    "networks",
    "valid_from",
    "valid_until",
    "position",
    "offer_to_new",
    "types",
)
_MAY_BE_NULL = frozenset(("site", "valid_from", "valid_until"))
_credential = CREDENTIAL.table


class CredentialRow(RowModel):
    """A stored credential, without its secrets."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    set_name: Annotated[
        str, Column("Set", sort=True, about="A scan may be limited to sets.")
    ]
    site: Annotated[Text, Column("Site", sort=True, about="Only there.")]
    networks: Annotated[
        list[str], Column("Networks", Show.MONO, about="Only in these; empty is all.")
    ]
    offer_to_new: Annotated[
        bool,
        Column(
            "Offered to new hosts",
            about="A community or password also goes to hosts that none opened before.",
        ),
    ]
    types: Annotated[
        list[str],
        Column("Types", shown=False, about="Only for such devices; empty is all."),
    ]
    valid_from: Annotated[Moment, Column("From", Show.AGO, sort=True, shown=False)]
    valid_until: Annotated[Moment, Column("Until", Show.AGO, sort=True)]
    position: Annotated[
        int,
        Column("Position", Show.NUMBER, sort=True, about="Lower ones are tried first."),
    ]
    public: Annotated[
        dict[str, Any],
        Column("Fields", shown=False, about="Those that are no secrets."),
    ]
    made_at: Annotated[datetime, Column("Added", Show.AGO, sort=True, shown=False)]
    changed_at: Annotated[datetime, Column("Changed", Show.AGO, sort=True)]


class CredentialQuestion(Question):
    """Which credentials are asked for, of those that are stored."""

    kind: Annotated[Kind | None, Choice("Kind")] = None
    set_name: Annotated[Word, Choice("Set")] = None
    site: Annotated[Word, Choice("Site")] = None
    offer_to_new: Annotated[bool | None, Choice("Offered to new hosts", main=False)] = (
        None
    )
    name: Annotated[Word, Choice("Name", main=False)] = None
    position: Annotated[int | None, Choice("Position", main=False)] = None
    valid_from: Annotated[AwareDatetime | None, Choice("From", main=False)] = None
    valid_until: Annotated[AwareDatetime | None, Choice("Until", main=False)] = None
    made_at: Annotated[AwareDatetime | None, Choice("Added", main=False)] = None
    changed_at: Annotated[AwareDatetime | None, Choice("Changed", main=False)] = None


OFFERED = Input(
    "Offered to new hosts",
    hint=N_("Whoever puts a machine on the network learns the secret."),
)
FOR_TYPES = Input("Types", about="Of devices it is for, such as switch; empty is all.")


class CredentialIn(Given):
    """A credential to store."""

    name: Annotated[Short, Input("Name")]
    kind: Annotated[Kind, Input("Kind")]
    public: Annotated[
        dict[Short, Any],
        Field(default_factory=dict),
        Input(
            "Fields",
            about="Fields that are no secrets, such as user.",
            parts=PUBLIC,
            by="kind",
        ),
    ]
    secrets: Annotated[
        Secrets,
        Input(
            "Secrets",
            about="Write-only; no answer ever holds them.",
            parts=SECRET,
            by="kind",
        ),
    ]
    set_name: Annotated[Short, Input("Set")] = DEFAULT_SET
    site: Annotated[str | None, Field(max_length=200), Input("Site")] = None
    networks: Annotated[Networks, Field(default_factory=list), Input("Networks")]
    valid_from: Annotated[AwareDatetime | None, Input("From")] = None
    valid_until: Annotated[AwareDatetime | None, Input("Until")] = None
    position: Annotated[Position, Input("Position")] = 0
    offer_to_new: Annotated[bool, OFFERED] = False
    types: Annotated[Types, Field(default_factory=list), FOR_TYPES]


class CredentialEditIn(Given):
    """What to change; what is left out stays, an empty value takes a field away."""

    public: Annotated[
        dict[Short, Any],
        Field(default_factory=dict),
        Input("Fields", parts=PUBLIC, by="kind"),
    ]
    secrets: Annotated[
        Secrets,
        Field(default_factory=dict),
        Input(
            "Secrets",
            about="A new one lifts the lock on the account.",
            parts=SECRET,
            by="kind",
        ),
    ]
    set_name: Annotated[Short | None, Input("Set")] = None
    site: Annotated[str | None, Field(max_length=200), Input("Site")] = None
    networks: Annotated[Networks | None, Input("Networks")] = None
    valid_from: Annotated[AwareDatetime | None, Input("From")] = None
    valid_until: Annotated[AwareDatetime | None, Input("Until")] = None
    position: Annotated[Position | None, Input("Position")] = None
    offer_to_new: Annotated[bool | None, OFFERED] = None
    types: Annotated[Types | None, FOR_TYPES] = None


class TestIn(Given):
    """A credential, stored or of the settings, and the device to try it at."""

    __test__ = False

    name: Annotated[Short, Input("Name")]
    address: Annotated[str, Field(min_length=1, max_length=253), Input("Address")]
    site: Annotated[str, Field(max_length=200), Input("Site")] = ""
    port: Annotated[int | None, Field(ge=1, le=65535), Input("Port")] = None


class Tried(DetailModel):
    """How a trial ended."""

    worked: bool
    way: Literal["snmp", "shell", "console"]
    reason: Annotated[Text, Column("Because", Show.WORD)]
    detail: Annotated[str, Column("Detail", Show.SAID)]


class Sealed(DetailModel):
    """How many secrets were sealed anew."""

    sealed: int


def _plain(secrets: Secrets) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in secrets.items()}


def _create(acting: Acting, given: CredentialIn) -> dict[str, Any]:
    source = master_source(acting.app.settings)
    scope = credentials.Scope(
        set_name=given.set_name,
        site=given.site,
        networks=tuple(given.networks),
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        position=given.position,
        offer_to_new=given.offer_to_new,
        types=tuple(given.types),
    )
    row_id = credentials.add_credential(
        acting.work,
        rotation.masters_to_write(acting.work.connection, source),
        given.name,
        given.kind,
        public=given.public,
        secret=_plain(given.secrets),
        scope=scope,
    )
    return {"id": row_id}


def _name(acting: Acting) -> str:
    return CREDENTIAL.name_of(acting.work.connection, acting.id)


def _update(acting: Acting, given: CredentialEditIn) -> None:
    changes = changes_of(given)
    scope = {
        name: changes[name]
        for name in _SCOPE
        if name in changes and (changes[name] is not None or name in _MAY_BE_NULL)
    }
    credentials.change_credential(
        acting.work,
        master_source(acting.app.settings).read(),
        _name(acting),
        public=given.public if "public" in changes else {},
        secret=_plain(given.secrets) if "secrets" in changes else {},
        scope=scope,
    )


def _remove(acting: Acting, _given: NothingIn) -> None:
    credentials.remove_credential(acting.work, _name(acting))


def _rotate(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    with acting.app.work(acting.caller.actor) as work:
        number = rotation.rotate(work, master_source(acting.app.settings))
    return {"sealed": number}


def _test(acting: Acting, given: TestIn) -> dict[str, Any]:
    import asyncio

    from api.diagnose.try_credential import try_credential

    return asyncio.run(
        try_credential(
            acting.app, given.name, given.address, port=given.port, site=given.site
        )
    )


_SOURCE: TableSource[CredentialQuestion] = TableSource(
    table=_credential,
    columns={name: _credential.c[name] for name in CredentialRow.model_fields},
    searched=(_credential.c.name, _credential.c.set_name, _credential.c.site),
    offered=("set_name", "site"),
)

CREDENTIALS = Resource(
    name="credentials",
    command="credential",
    title=N_("Credentials"),
    counted=NN_("{count} credential", "{count} credentials"),
    group="house",
    roles=READERS,
    rows=CredentialRow,
    question=CredentialQuestion,
    sort="position",
    source=_SOURCE,
    reference=CREDENTIAL,
    detail=CredentialRow,
    get=_SOURCE.one,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "add-credential",
            CredentialIn,
            _create,
            ADMINS,
            verb="create",
            about="Store a credential, sealed.",
            title=N_("Store a credential"),
            preview=False,
        ),
        Act(
            "edit-credential",
            CredentialEditIn,
            _update,
            ADMINS,
            verb="update",
            about="Change a credential; a new secret lifts the lock on its account.",
            preview=False,
        ),
        Act(
            "remove-credential",
            NothingIn,
            _remove,
            ADMINS,
            verb="delete",
            about="Remove a credential with its secrets.",
            danger=True,
        ),
        Act(
            "rotate-credentials",
            NothingIn,
            _rotate,
            ADMINS,
            verb="rotate",
            about="Seal all secrets anew under a fresh data key, all or none.",
            on="list",
            answer=Sealed,
            alone=True,
            preview=False,
        ),
        Act(
            "test-credential",
            TestIn,
            _test,
            ADMINS,
            verb="test",
            about="Log in to one device with one credential, once.",
            on="list",
            answer=Tried,
            alone=True,
            preview=False,
        ),
    ),
)
