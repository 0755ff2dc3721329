"""Which credential opened which device, when and how often."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime

from api.resources.declare import (
    Choice,
    Column,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.house.credentials import READERS
from api.resources.references import DEVICE, DeviceRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import table_of
from inventory.vault.tables import CredentialUse

_use, _device = table_of(CredentialUse), DEVICE.table


class CredentialUseRow(RowModel):
    """A credential opened a device."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    credential: Annotated[str, Column("Credential", sort=True, lead=True)]
    site: Annotated[str, Column("Site", sort=True)]
    address: Annotated[str, Column("Address", Show.MONO, sort=True)]
    collector: Annotated[str, Column("By", sort=True)]
    device_id: Number
    device_name: Annotated[Text, Column("Device", sort=True)]
    uses: Annotated[int, Column("Times", Show.NUMBER, sort=True)]
    first_at: Annotated[datetime, Column("First", Show.AGO, sort=True, shown=False)]
    last_at: Annotated[datetime, Column("Last", Show.AGO, sort=True)]


class CredentialUseQuestion(Question):
    """Which uses are asked for; also of credentials of the settings."""

    credential: Annotated[Word, Choice("Credential")] = None
    site: Annotated[Word, Choice("Site")] = None
    device: Annotated[DeviceRef | None, Choice("Device", pick="devices")] = None
    device_name: Annotated[Word, Choice("Name of the device", main=False)] = None
    address: Annotated[Word, Choice("Address", main=False)] = None
    collector: Annotated[Word, Choice("By", main=False)] = None
    uses: Annotated[int | None, Choice("Times", main=False)] = None
    first_at: Annotated[AwareDatetime | None, Choice("First", main=False)] = None
    last_at: Annotated[AwareDatetime | None, Choice("Last", main=False)] = None


CREDENTIAL_USES = Resource(
    name="credential-uses",
    command="credential-use",
    title=N_("Uses of credentials"),
    counted=NN_("{count} use", "{count} uses"),
    group="house",
    roles=READERS,
    rows=CredentialUseRow,
    question=CredentialUseQuestion,
    sort="-last_at",
    source=TableSource(
        table=_use,
        columns={n: _use.c[n] for n in CredentialUseRow.model_fields if n in _use.c}
        | {"device_name": _device.c.name, "device": _use.c.device_id},
        joined=_use.outerjoin(_device, _device.c.id == _use.c.device_id),
        shown=tuple(CredentialUseRow.model_fields),
        searched=(_use.c.credential, _use.c.address),
        offered=("credential", "collector"),
    ),
)
