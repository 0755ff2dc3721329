"""What listens on devices, and the certificates they show."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from api.resources.declare import Column, Moment, Show, Text
from api.resources.network.parts.of_device import PartList, PartRow
from inventory.kernel.texts import N_, NN_
from inventory.network.service_tables import DeviceService


class ServiceRow(PartRow):
    """What answered on a port of a device, and in which protocol."""

    transport: Annotated[str, Column("Transport", sort=True, shown=False)]
    port: Annotated[int, Column("Port", Show.CODE, sort=True)]
    protocol: Annotated[str, Column("Protocol", sort=True)]
    product: Annotated[
        Text, Column("Product", sort=True, about="What the service calls itself.")
    ]
    subject: Annotated[
        Text, Column("Certificate of", sort=True, about="Its subject, by RFC 4514.")
    ]
    issuer: Annotated[Text, Column("Issued by", sort=True, shown=False)]
    not_before: Annotated[Moment, Column("Valid from", Show.AGO, shown=False)]
    not_after: Annotated[Moment, Column("Valid until", Show.AGO, sort=True)]
    key: Annotated[
        Text,
        Column(
            "Public key", Show.MONO, shown=False, about="SHA-256 of the public key."
        ),
    ]
    self_signed: Annotated[bool | None, Column("Self-signed", Show.YES, shown=False)]
    first_seen: Annotated[datetime, Column("First seen", Show.AGO, shown=False)]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True, shown=False)]


SERVICES = PartList(
    rows=ServiceRow,
    model=DeviceService,
    about="Which services are asked for.",
    searched=("protocol", "product", "subject", "issuer"),
    main=("protocol", "port"),
    end="removed_at",
    offered=("protocol",),
).resource(
    "services",
    "service",
    N_("Services"),
    NN_("{count} service", "{count} services"),
)
