"""Settings of what is exchanged with other programs: directories and webhooks."""

from __future__ import annotations

from pydantic import Field

from config.shapes import NetworkText, Section, UserPath


class Directory(Section):
    """`[directory]`: what identity providers may do by SCIM."""

    ranking: tuple[str, ...] = Field(
        default=(),
        description=(
            "a list of sources such as scim:okta: the first that knows a person"
            " decides e-mail and log-in"
        ),
    )
    owners_of_work_data: tuple[str, ...] = Field(
        default=(),
        description=(
            "a list of sources such as scim:okta whose updates also clear number,"
            " department and cost centre when they leave them out"
        ),
    )
    rate: float = Field(
        default=50.0,
        gt=0,
        le=10_000,
        description="requests per second of one provider, above 0 to 10000",
    )


class Webhooks(Section):
    """`[webhooks]`: how other programs are told what happened."""

    deliver: bool = Field(
        default=True, description="true or false: `purser serve` delivers"
    )
    allowed_networks: tuple[NetworkText, ...] = Field(
        default=(),
        description=(
            "a list of private networks such as 10.1.0.0/24 that may be called,"
            " also without TLS"
        ),
    )
    ca_file: UserPath | None = Field(
        default=None,
        description="a PEM file of further certificate authorities of receivers",
    )
    keep_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="days that delivered messages are kept, 1 to 3650",
    )
    concurrency: int = Field(
        default=8, ge=1, le=100, description="deliveries at the same time, 1 to 100"
    )
    timeout: float = Field(
        default=15.0,
        ge=1,
        le=60,
        description="seconds a receiver may take, 1 to 60",
    )
    disable_after_days: int = Field(
        default=5,
        ge=1,
        le=60,
        description="days of failures until nothing more is sent, 1 to 60",
    )
