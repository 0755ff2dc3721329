"""SIMs, eSIM profiles and modems; PIN and PUK are shown by an own right."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr
from sqlalchemy import Connection

from api.compose.device_logins import master_source
from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.references import AssetRef
from api.resources.register.shared import columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.shared import (
    READERS,
    SIM,
    WRITERS,
    AccountRef,
    LineRef,
    SimRef,
    with_account,
)
from inventory.assets.register.tables import Asset
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col, id_of, table_of
from inventory.telecom.estate import sims
from inventory.telecom.estate.card_numbers import eid_of, iccid_of, imei_of, imsi_of
from inventory.telecom.estate.tables import (
    ModemSlot,
    ProviderAccount,
    SimCard,
    TelecomLine,
    TelecomProvider,
)
from inventory.telecom_expense import sim_codes
from inventory.vault import kept_secrets, rotation

_SIM = table_of(SimCard)
_MODEM = table_of(ModemSlot)
_LINE = table_of(TelecomLine)
State = Literal["stock", "active", "suspended", "blocked", "cancelled"]


class SimRow(RowModel):
    """A SIM or an eSIM profile."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    iccid: Annotated[str, Column("ICCID", Show.MONO, sort=True, lead=True)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    line: Annotated[Text, Column("Line")]
    number: Annotated[Text, Column("Number", Show.MONO, about="MSISDN.")]
    main: Annotated[bool, Column("Main", Show.YES, about="Else a twin of the line.")]
    imsi: Annotated[Text, Column("IMSI", Show.MONO, sort=True, shown=False)]
    eid: Annotated[
        Text, Column("EID", Show.MONO, sort=True, shown=False, about="Of the eUICC.")
    ]
    provider: Annotated[str, Column("Provider")]
    account: Annotated[str, Column("Account", Show.MONO, shown=False)]
    legal_entity: Annotated[str, Column("Legal entity", shown=False)]
    imei: Annotated[Text, Column("IMEI", Show.MONO, about="Modem it is in.")]
    tag: Annotated[Text, Column("Asset")]
    codes: Annotated[bool, Column("PIN and PUK kept", Show.YES, shown=False)]
    warning: Annotated[str, Column("Warning", Show.SAID)]


class SimQuestion(Question):
    """Which SIMs are asked for."""

    state: Annotated[State | None, Choice("State")] = None
    account: Annotated[
        AccountRef | None, Choice("Account", pick="telecom-accounts")
    ] = None
    line: Annotated[LineRef | None, Choice("Line", pick="telecom-lines")] = None
    iccid: Annotated[Word, Choice("ICCID", main=False)] = None
    imsi: Annotated[Word, Choice("IMSI", main=False)] = None
    eid: Annotated[Word, Choice("EID", main=False)] = None


class SimIn(Given):
    """A SIM or an eSIM profile to add."""

    iccid: Annotated[str, Field(max_length=40), Input("ICCID", hint="On the card.")]
    account: Annotated[AccountRef, Input("Account", pick="telecom-accounts")]
    line: Annotated[
        LineRef | None, Input("Line", pick="telecom-lines", hint="Stock without.")
    ] = None
    main: Annotated[bool | None, Input("Main", hint="Else a twin of the line.")] = None
    imsi: Annotated[str | None, Field(max_length=20), Input("IMSI")] = None
    eid: Annotated[str | None, Field(max_length=50), Input("EID")] = None
    state: Annotated[State | None, Input("State")] = None


SimEditIn = partial(SimIn, "SimEditIn", "iccid", "line", "main")


class AttachSimIn(Given):
    """The line that the SIM opens, or none."""

    line: Annotated[
        LineRef | None, Input("Line", pick="telecom-lines", hint="Stock without.")
    ] = None
    main: Annotated[bool, Input("Main", hint="Else a twin of the line.")] = True


class KeepCodesIn(Given):
    """PIN and PUK of the SIM, sealed in the vault."""

    pin1: Annotated[SecretStr | None, Input("PIN")] = None
    puk1: Annotated[SecretStr | None, Input("PUK")] = None
    pin2: Annotated[SecretStr | None, Input("PIN 2")] = None
    puk2: Annotated[SecretStr | None, Input("PUK 2")] = None


class ShowCodesIn(Given):
    """Show PIN and PUK; who saw them, and why, is kept in the audit trail."""

    reason: Annotated[str, Field(min_length=1, max_length=500), Input("Reason")]


class Codes(DetailModel):
    """PIN and PUK of a SIM."""

    pin1: Text = None
    puk1: Text = None
    pin2: Text = None
    puk2: Text = None


def _values(values: dict[str, Any]) -> dict[str, Any]:
    if values.get("iccid"):
        values["iccid"], values["warning"] = iccid_of(values["iccid"])
    if values.get("imsi"):
        values["imsi"] = imsi_of(values["imsi"])
    if values.get("eid"):
        values["eid"] = eid_of(values["eid"])
    for name in ("account", "line"):
        if name in values:
            values[f"{name}_id"] = values.pop(name)
    return values


def _add(acting: Acting, given: SimIn) -> dict[str, Any]:
    values = _values(given.model_dump())
    values["main"] = values["main"] is not False
    return {"id": sims.add_sim(acting.work, values)}


def _edit(acting: Acting, given: Given) -> None:
    sims.change_sim(acting.work, acting.id, _values(dict(changes_of(given))))


def _attach(acting: Acting, given: AttachSimIn) -> None:
    line = None if given.line is None else int(given.line)
    sims.attach_sim(acting.work, acting.id, line, main=given.main)


def _keep(acting: Acting, given: KeepCodesIn) -> None:
    source = master_source(acting.app.settings)
    masters = rotation.masters_to_write(acting.work.connection, source)
    codes = {
        name: secret.get_secret_value()
        for name in sim_codes.CODES
        if (secret := getattr(given, name)) is not None
    }
    sim_codes.keep_codes(acting.work, masters, acting.id, codes)


def _show(acting: Acting, given: ShowCodesIn) -> dict[str, Any]:
    masters = master_source(acting.app.settings).read()
    shown = sim_codes.show_codes(acting.work, masters, acting.id, given.reason)
    return dict.fromkeys(sim_codes.CODES) | shown


def _finish(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    subjects = {row["id"]: sim_codes.subject_of(row["id"]) for row in rows}
    kept = kept_secrets.kept(connection, subjects.values())
    for row in rows:
        row["codes"] = subjects[row["id"]] in kept
    return rows


_SOURCE: TableSource[SimQuestion] = TableSource(
    table=_SIM,
    columns=columns_of_table(SimCard, "id iccid state main imsi eid warning")
    | {
        "line": col(TelecomLine.name),
        "number": col(TelecomLine.e164),
        "provider": col(TelecomProvider.name),
        "account": col(ProviderAccount.number),
        "legal_entity": col(LegalEntity.code),
        "imei": col(ModemSlot.imei),
        "tag": col(Asset.tag),
    },
    joined=with_account(_SIM, col(SimCard.account_id))
    .outerjoin(_LINE, id_of(TelecomLine) == col(SimCard.line_id))
    .outerjoin(_MODEM, col(ModemSlot.sim_id) == id_of(SimCard))
    .outerjoin(table_of(Asset), id_of(Asset) == col(ModemSlot.asset_id)),
    refers={"account": col(SimCard.account_id), "line": col(SimCard.line_id)},
    searched=(
        col(SimCard.iccid),
        col(SimCard.imsi),
        col(TelecomLine.name),
        col(TelecomLine.e164),
    ),
    finish=_finish,
)
SIMS = Resource(
    name="sims",
    command="sim",
    title=N_("SIMs"),
    counted=NN_("{count} SIM", "{count} SIMs"),
    group="telephony",
    roles=READERS,
    rows=SimRow,
    question=SimQuestion,
    sort="iccid",
    source=_SOURCE,
    reference=SIM,
    detail=SimRow,
    get=_SOURCE.one,
    called=lambda row: str(row["iccid"]),
    acts=(
        Act(
            "add-sim", SimIn, _add, WRITERS, verb="create", many=True, said=N_("Saved.")
        ),
        Act("edit-sim", SimEditIn, _edit, WRITERS, verb="update", said=N_("Saved.")),
        Act(
            "attach-sim",
            AttachSimIn,
            _attach,
            WRITERS,
            verb="attach",
            said=N_("Saved."),
        ),
        Act(
            "keep-sim-codes",
            KeepCodesIn,
            _keep,
            WRITERS,
            verb="keep-codes",
            said=N_("Saved."),
            preview=False,
        ),
        Act(
            "show-sim-codes",
            ShowCodesIn,
            _show,
            frozenset({Role.SIM_CODES}),
            verb="show-codes",
            said=N_("PIN {pin1} · PUK {puk1}"),
            answer=Codes,
            shown_once=sim_codes.CODES,
            preview=False,
        ),
    ),
)


class ModemRow(RowModel):
    """A modem of an asset, and the SIM in it."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    imei: Annotated[str, Column("IMEI", Show.MONO, sort=True, lead=True)]
    slot: Annotated[int, Column("Slot", Show.NUMBER)]
    asset_id: int
    tag: Annotated[str, Column("Asset")]
    iccid: Annotated[Text, Column("ICCID", Show.MONO)]
    line_id: Number
    line: Annotated[Text, Column("Line")]


class ModemQuestion(Question):
    """Which modems are asked for."""

    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets")] = None
    imei: Annotated[Word, Choice("IMEI", main=False)] = None


class ModemIn(Given):
    """A modem of an asset, and the SIM in it."""

    imei: Annotated[str, Field(max_length=30), Input("IMEI", hint="*#06#")]
    tag: Annotated[AssetRef, Input("Asset", pick="assets")]
    slot: Annotated[int, Field(ge=1, le=16), Input("Slot")] = 1
    sim: Annotated[SimRef | None, Input("SIM", pick="sims")] = None


class ModemSaved(DetailModel):
    """The modem that was saved."""

    id: int


def _set_modem(acting: Acting, given: ModemIn) -> dict[str, Any]:
    sim = None if given.sim is None else int(given.sim)
    imei = imei_of(given.imei)
    number = sims.set_modem(acting.work, imei, int(given.tag), given.slot, sim)
    return {"id": number}


MODEMS = Resource(
    name="modems",
    command="modem",
    title=N_("Modems"),
    counted=NN_("{count} modem", "{count} modems"),
    group="telephony",
    roles=READERS,
    rows=ModemRow,
    question=ModemQuestion,
    sort="imei",
    source=TableSource(
        table=_MODEM,
        columns=columns_of_table(ModemSlot, "id imei slot asset_id")
        | {
            "tag": col(Asset.tag),
            "iccid": col(SimCard.iccid),
            "line_id": col(SimCard.line_id),
            "line": col(TelecomLine.name),
        },
        joined=_MODEM.join(table_of(Asset), id_of(Asset) == col(ModemSlot.asset_id))
        .outerjoin(_SIM, id_of(SimCard) == col(ModemSlot.sim_id))
        .outerjoin(_LINE, id_of(TelecomLine) == col(SimCard.line_id)),
        refers={"asset": col(ModemSlot.asset_id)},
        searched=(col(ModemSlot.imei), col(Asset.tag), col(SimCard.iccid)),
    ),
    acts=(
        Act(
            "set-modem",
            ModemIn,
            _set_modem,
            WRITERS,
            verb="set",
            on="list",
            said=N_("Saved."),
            answer=ModemSaved,
        ),
    ),
)
