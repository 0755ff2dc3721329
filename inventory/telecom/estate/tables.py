"""Rows of the telecom estate. Plain; the rules are in the modules beside this one.

Periods are half-open days. What the database itself enforces, on both engines: a
number, an ICCID, an IMEI is there once; a line has one person, one asset, one place and
one cost centre at a time.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.telecom.tables  # noqa: F401  (numbers must be there)
from inventory.storage.dated import PERIOD, Dated
from inventory.storage.tables import list_indexes
from inventory.storage.types import UtcDateTime


class TelecomProvider(SQLModel, table=True):
    """A carrier, or who resells the lines of one.

    Attributes:
        networks: MCC and MNC of its mobile networks (ITU-T E.212): `26201 26206`.
        address: Where notice is sent to, as it stands on a letter.
        supplier_id: The same company among the suppliers.
    """

    __tablename__ = "telecom_provider"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    country: str = Field(default="", max_length=2)
    networks: str = ""
    address: str = Field(default="", sa_type=Text)
    supplier_id: int | None = Field(default=None, foreign_key="supplier.id")
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ProviderAccount(SQLModel, table=True):
    """A customer account at a provider: what one invoice is about.

    Attributes:
        number: As the provider writes it on invoices.
        currency: ISO 4217, of its charges and invoices.
        charge_day: Day of the month on which its charges fall due, 1 to 28.
        expense_account: General ledger account of charges without one of their own.
        accrual_account: Carries what is accrued until it is billed.
        payable_account: Owed to the provider.
        dispute_account: Carries what is billed and disputed, until it is credited.
        vat_account: Input tax.
        cost_centre_id: Pays what nobody else is known to pay.
        profile: Layout of its invoices, see `config/telecom/invoices`.
    """

    __tablename__ = "telecom_account"
    __table_args__ = (
        Unique("provider_id", "number", name="uq_telecom_account_number"),
        Check("charge_day BETWEEN 1 AND 28", name="charge_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    provider_id: int = Field(foreign_key="telecom_provider.id")
    number: str
    legal_entity_id: int = Field(foreign_key="legal_entity.id")
    currency: str = Field(max_length=3)
    charge_day: int = 1
    expense_account: str
    accrual_account: str
    payable_account: str
    dispute_account: str
    vat_account: str
    cost_centre_id: int | None = Field(default=None, foreign_key="cost_centre.id")
    profile: str = ""
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class NumberRange(SQLModel, table=True):
    """Consecutive numbers that are rented together.

    Attributes:
        first: In E.164, with +.
        last: As long as `first`, not below it.
        kind: `geographic`, `mobile`, `toll-free` and so on, by the numbering plan.
        location_id: Whose numbers they are.
        returned_on: First day they are ours no more.
    """

    __tablename__ = "telecom_number_range"
    __table_args__ = (
        Check("last >= first", name="order"),
        Check("length(last) = length(first)", name="length"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="telecom_account.id", index=True)
    contract_id: int | None = Field(default=None, foreign_key="telecom_contract.id")
    first: str = Field(unique=True)
    last: str
    kind: str
    location_id: int | None = Field(default=None, foreign_key="location.id")
    returned_on: date | None = None
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Tariff(SQLModel, table=True):
    """What a provider offers under a name, and for how much a month.

    Attributes:
        code: As the provider writes it.
        monthly_minor: Net price a month in minor units.
        data_mb: Included volume in megabytes; None: unlimited or none, see `note`.
        minutes: Included minutes; None as above.
        pool: Lines of one pool share what is included.
    """

    __tablename__ = "telecom_tariff"
    __table_args__ = (
        Unique("provider_id", "code", "valid_from", name="uq_telecom_tariff_code"),
        Check("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        Check("monthly_minor >= 0", name="price"),
    )

    id: int | None = Field(default=None, primary_key=True)
    provider_id: int = Field(foreign_key="telecom_provider.id")
    code: str
    name: str
    currency: str = Field(max_length=3)
    monthly_minor: int = Field(sa_type=BigInteger)
    data_mb: int | None = None
    minutes: int | None = None
    pool: str = ""
    valid_from: date
    valid_to: date | None = None
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class CarrierContract(SQLModel, table=True):
    """What was agreed with a provider: term, notice, renewal.

    Attributes:
        starts_on: First day of the term.
        term_months: First term; 0 runs on from the start.
        notice: So many `notice_unit` before the end of a term.
        notice_unit: `days`, `weeks` or `months`.
        renews_months: It goes on for so many months where nobody gave notice; 0: ends.
        index_clause: How prices follow an index, in the words of the contract.
        notice_given_on: Day on which notice was given.
        ends_on: Last day; known once notice was given, or where nothing renews it.
        reminded_for: The last cancellation day that somebody was reminded of.
        reminded_days: So many days before, for the last time.
    """

    __tablename__ = "telecom_contract"
    __table_args__ = (
        Check("term_months >= 0 AND renews_months >= 0 AND notice >= 0", name="terms"),
        Check("notice_unit IN ('days', 'weeks', 'months')", name="notice_unit"),
        Check("ends_on IS NULL OR ends_on >= starts_on", name="period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    name: str = ""
    account_id: int = Field(foreign_key="telecom_account.id", index=True)
    starts_on: date
    term_months: int
    notice: int
    notice_unit: str = "months"
    renews_months: int
    index_clause: str = Field(default="", sa_type=Text)
    notice_given_on: date | None = None
    ends_on: date | None = Field(default=None, index=True)
    reminded_for: date | None = None
    reminded_days: int | None = None
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class TelecomLine(SQLModel, table=True):
    """A connection that is paid for: mobile, fixed, trunk, circuit.

    Attributes:
        name: What people call it; unique.
        kind: `mobile`, `fixed`, `trunk`, `circuit` or `machine` (a modem in a lift, an
            alarm, a UPS).
        state: See `line_states`.
        e164: Its number with +; None: it has none.
        circuit_id: Of the carrier; None: it has none.
        a_location_id: A site of a circuit; the place of another line.
        z_location_id: Z site.
        down_kbps: Bandwidth towards the A site.
        channels: Calls at the same time.
        active_from: First day it is to be paid.
        ended_on: First day it is to be paid no more.
    """

    __tablename__ = "telecom_line"
    __table_args__ = (
        Check(
            "kind IN ('mobile', 'fixed', 'trunk', 'circuit', 'machine')", name="kind"
        ),
        Check("ended_on IS NULL OR ended_on >= active_from", name="period"),
        *list_indexes("telecom_line", "state", "kind", "e164", "circuit_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    state: str
    account_id: int = Field(foreign_key="telecom_account.id", index=True)
    contract_id: int | None = Field(
        default=None, foreign_key="telecom_contract.id", index=True
    )
    tariff_id: int | None = Field(default=None, foreign_key="telecom_tariff.id")
    e164: str | None = None
    circuit_id: str | None = None
    a_location_id: int | None = Field(default=None, foreign_key="location.id")
    z_location_id: int | None = Field(default=None, foreign_key="location.id")
    down_kbps: int | None = None
    up_kbps: int | None = None
    channels: int | None = None
    active_from: date | None = None
    ended_on: date | None = None
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class LineStep(SQLModel, table=True):
    """A line went from one state to another; never changed."""

    __tablename__ = "telecom_line_step"
    __table_args__ = (Index("ix_telecom_line_step_line", "line_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="telecom_line.id")
    step: str
    before: str
    after: str
    on: date
    reason: str = ""
    actor: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class LineAssignment(Dated, table=True):
    """Who or what has a line, from - to; one of each role at a time.

    Attributes:
        role: `person`, `asset`, `location` or `cost-centre`: who speaks, what it is
            built into, where it is, and who pays whoever uses it.
    """

    __tablename__ = "telecom_line_assignment"
    __table_args__ = (
        Check(PERIOD, name="period"),
        Check(
            "(role = 'person' AND person_id IS NOT NULL)"
            " OR (role = 'asset' AND asset_id IS NOT NULL)"
            " OR (role = 'location' AND location_id IS NOT NULL)"
            " OR (role = 'cost-centre' AND cost_centre_id IS NOT NULL)",
            name="role",
        ),
        Index("ix_telecom_line_assignment_line", "line_id", "role", "valid_from"),
        Index(
            "uq_telecom_line_assignment_open",
            "line_id",
            "role",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="telecom_line.id")
    role: str
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    location_id: int | None = Field(default=None, foreign_key="location.id")
    cost_centre_id: int | None = Field(default=None, foreign_key="cost_centre.id")
    source: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SimCard(SQLModel, table=True):
    """A SIM, or a profile on an eUICC.

    Attributes:
        iccid: 18 to 20 digits (ITU-T E.118), unique.
        imsi: Up to 15 digits (ITU-T E.212).
        eid: Of the eUICC that holds the profile, 32 digits (GSMA SGP.29).
        line_id: The line it opens; several of one line are twins, `main` one of them.
        state: `stock`, `active`, `suspended`, `blocked` or `cancelled`.
        warning: What is odd about its numbers.
    """

    __tablename__ = "telecom_sim"
    __table_args__ = (
        Check(
            "state IN ('stock', 'active', 'suspended', 'blocked', 'cancelled')",
            name="state",
        ),
        *list_indexes("telecom_sim", "state", "imsi", "eid"),
    )

    id: int | None = Field(default=None, primary_key=True)
    iccid: str = Field(unique=True)
    imsi: str | None = None
    eid: str | None = None
    account_id: int = Field(foreign_key="telecom_account.id", index=True)
    line_id: int | None = Field(default=None, foreign_key="telecom_line.id", index=True)
    main: bool = True
    state: str = "stock"
    warning: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ModemSlot(SQLModel, table=True):
    """A modem of an asset: a phone has one for each SIM.

    Attributes:
        imei: 15 digits with its check digit (3GPP TS 23.003), unique.
        slot: 1, 2, ...
        sim_id: The SIM or profile in it.
    """

    __tablename__ = "telecom_modem"
    __table_args__ = (Unique("asset_id", "slot", name="uq_telecom_modem_slot"),)

    id: int | None = Field(default=None, primary_key=True)
    imei: str = Field(unique=True)
    asset_id: int = Field(foreign_key="asset.id")
    slot: int = 1
    sim_id: int | None = Field(default=None, foreign_key="telecom_sim.id", unique=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
