"""How mail is sent to people: server, sender, language, at once or once a day."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Question,
    RowModel,
    Show,
    Word,
)
from api.resources.references import MAIL_SETTING
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.outbox.mails import mail_settings, set_mail_settings

WRITERS = frozenset({Role.IT})
_settings = MAIL_SETTING.table
Address = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class MailSettingRow(RowModel):
    """How mail is sent."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    host: Annotated[str, Column("Server", lead=True)]
    port: Annotated[int, Column("Port", Show.CODE)]
    security: Annotated[str, Column("Encryption")]
    username: Annotated[str, Column("User name")]
    sender: Annotated[str, Column("Sender")]
    it_address: Annotated[str, Column("Address of IT")]
    language: Annotated[str, Column("Language")]
    digest: Annotated[bool, Column("Once a day", Show.YES)]
    base_url: Annotated[str, Column("Address of the pages")]
    enabled: Annotated[bool, Column("On", Show.YES)]


class MailSettingQuestion(Question):
    """There is one row at most."""

    host: Annotated[Word, Choice("Server", main=False)] = None


class MailSettingsIn(Given):
    """How mail is sent; the password is kept sealed and never shown."""

    host: Annotated[str, Field(min_length=1, max_length=253), Input("Server")]
    port: Annotated[int, Field(ge=1, le=65535), Input("Port")] = 587
    security: Annotated[Literal["none", "starttls", "tls"], Input("Encryption")] = (
        "starttls"
    )
    username: Annotated[str, Field(max_length=200), Input("User name")] = ""
    password: Annotated[
        str | None,
        Field(max_length=200),
        Input("Password", kind="password", hint="Stays as it is if left empty."),
    ] = None
    sender: Annotated[Address, Input("Sender", hint="purser@example.com")]
    it_address: Annotated[
        str, Field(max_length=254), Input("Address of IT", hint="Their queue.")
    ] = ""
    language: Annotated[Literal["en", "id"], Input("Language")] = "en"
    digest: Annotated[
        bool, Input("Once a day", hint="One mail a day to each; else at once.")
    ] = False
    base_url: Annotated[
        str, Field(max_length=500), Input("Address of the pages", hint="For links.")
    ] = ""
    enabled: Annotated[bool, Input("On")] = True


class MailSet(DetailModel):
    """How mail is sent now."""

    id: int
    host: str
    enabled: bool


def _set(acting: Acting, given: MailSettingsIn) -> dict[str, Any]:
    from api.jobs.mailing import password_sealer

    values = given.model_dump(exclude={"password"})
    row_id = set_mail_settings(acting.work, values)
    if given.password:
        sealed = password_sealer(acting.app).seal(given.password, row_id)
        set_mail_settings(acting.work, {"password": sealed})
    return {"id": row_id, "host": given.host, "enabled": given.enabled}


def _begin(acting: Acting) -> dict[str, Any]:
    row = mail_settings(acting.work.connection) or {}
    names = MailSettingsIn.model_fields.keys() - {"password"}
    return {name: row[name] for name in names if name in row}


_OF_SETTINGS: TableSource[MailSettingQuestion] = TableSource(
    table=_settings,
    columns={name: _settings.c[name] for name in MailSettingRow.model_fields},
    searched=(_settings.c.host,),
)

MAIL_SETTINGS = Resource(
    name="mail-settings",
    command="mail-setting",
    title=N_("Settings of mail"),
    counted=NN_("{count} setting", "{count} settings"),
    group="people",
    roles=WRITERS,
    rows=MailSettingRow,
    question=MailSettingQuestion,
    sort="id",
    source=_OF_SETTINGS,
    acts=(
        Act(
            "set-mail",
            MailSettingsIn,
            _set,
            WRITERS,
            verb="set",
            on="list",
            about="Say how mail is sent.",
            said=N_("Saved."),
            answer=MailSet,
            begin=_begin,
        ),
    ),
)
