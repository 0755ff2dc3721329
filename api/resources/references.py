"""What a reference may be: an id, or a name by which people know the thing.

A `Reference` says how things of a kind are named. It is used in paths
(`/assets/IT-00412`), filters (`person=tia@example.com`), inputs of acts and on the
command line (`purser device show sw-floor1`)::

    ASSET = Reference("asset", "assets.register.tables:Asset", by=("tag",))
    AssetRef = Annotated[int | str, Ref(ASSET)]

A whole number names an id, unless it is also the name of another thing: what is not
certain is refused, and the answer lists the candidates. `id:33` and `code:4100` are
always certain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cache
from importlib import import_module
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Table, func, or_, select
from sqlmodel import SQLModel

from api.resources.listed import digest_of
from inventory.kernel.errors import (
    Invalid,
    InvalidRows,
    InventoryError,
    NotFound,
    RowProblem,
)
from inventory.kernel.texts import N_
from inventory.storage.rows import table_of

M = TypeVar("M", bound=BaseModel)
MOST_CANDIDATES = 10
_GREATEST = 2**63 - 1


class Ambiguous(Invalid):
    """Several things are called so."""

    code = "ambiguous"
    remedy = "Give one of those: its id as `id:33`, or a name that only it has."


@dataclass(frozen=True, slots=True)
class Reference:
    """How things of one kind are named.

    Attributes:
        noun: What one is called in errors: `asset`.
        model: Its table, with a column `id`. As `module:Class` below `inventory` it is
            loaded when it is needed: a command needs few of them.
        by: Columns that name one, as they are or in other letter case.
        more: Further ways: text -> ids; tried where the columns find nothing.
        live: Condition for what may be found by a name; ids are found without it.
    """

    noun: str
    model: type[SQLModel] | str
    _: KW_ONLY
    by: tuple[str, ...] = ()
    more: Callable[[Connection, str], Sequence[int]] | None = None
    live: Callable[[Table], ColumnElement[bool]] | None = None

    key: ClassVar[str] = "id"
    """Field of a row that always names it."""

    @property
    def table(self) -> Table:
        """The table."""
        model = self.model
        return table_of(_declared(model) if isinstance(model, str) else model)

    def resolve(self, connection: Connection, given: int | str, where: str = "") -> int:
        """Return the id of what is meant.

        Args:
            connection: Where to look.
            given: A number or a text as above.
            where: The field that holds it, for the error.

        Raises:
            NotFound: Nothing is called so.
            Ambiguous: Several are; the error lists them.
        """
        found = self._found(connection, given)
        if len(found) == 1:
            return found[0]
        words: dict[str, Any] = {"noun": self.noun, "given": given}
        if not found:
            raise NotFound(N_("There is no {noun} {given}."), where=where, **words)
        names = "; ".join(self._named(connection, one) for one in found)
        raise Ambiguous(
            N_("{given} may be each of these: {candidates}."),
            where=where,
            candidates=names,
            **words,
        )

    def name_of(self, connection: Connection, row_id: int) -> str:
        """Return the first name that a thing has, else its id."""
        columns = [self.table.c[name] for name in self.by]
        row = connection.execute(
            select(self.table.c.id, *columns).where(self.table.c.id == row_id)
        ).one()
        return next((str(one) for one in row[1:] if one), str(row_id))

    def version(
        self, connection: Connection, row_id: int, *, lock: bool = False
    ) -> str:
        """Return a digest of the row of a thing.

        Args:
            connection: Where to look.
            row_id: The thing.
            lock: Keep others from changing it until the transaction ends.
        """
        query = select(self.table).where(self.table.c.id == row_id)
        row = connection.execute(query.with_for_update() if lock else query)
        return digest_of(tuple(row.one()))

    def _found(self, connection: Connection, given: int | str) -> list[int]:
        if isinstance(given, int):
            return self._by_id(connection, given)
        text = given.strip()
        start, colon, rest = text.partition(":")
        if colon and start == "id" and rest.isdecimal():
            return self._by_id(connection, int(rest))
        if colon and start in self.by:
            return self._by_name(connection, rest, (start,))
        numbered = self._by_id(connection, int(text)) if _is_id(text) else []
        named = self._by_name(connection, text, self.by)
        if not named and not numbered and self.more is not None:
            named = list(self.more(connection, text))
        return list(dict.fromkeys([*numbered, *named]))[:MOST_CANDIDATES]

    def _by_id(self, connection: Connection, number: int) -> list[int]:
        if not 0 < number <= _GREATEST:
            return []
        query = select(self.table.c.id).where(self.table.c.id == number)
        return list(connection.execute(query).scalars())

    def _by_name(
        self, connection: Connection, text: str, by: Sequence[str]
    ) -> list[int]:
        if not by or not text or "\x00" in text:
            return []
        columns = [self.table.c[name] for name in by]
        exact = [column == text for column in columns]
        folded = [func.lower(column) == text.lower() for column in columns]
        for conditions in (exact, folded):
            query = select(self.table.c.id).where(or_(*conditions))
            if self.live is not None:
                query = query.where(self.live(self.table))
            query = query.order_by(self.table.c.id).limit(MOST_CANDIDATES)
            found = list(connection.execute(query).scalars()) if conditions else []
            if found:
                return found
        return []

    def _named(self, connection: Connection, row_id: int) -> str:
        return f"id:{row_id} ({self.name_of(connection, row_id)})"


@cache
def _declared(path: str) -> type[SQLModel]:
    module, _, name = path.partition(":")
    found: type[SQLModel] = getattr(import_module(f"inventory.{module}"), name)
    return found


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20


@dataclass(frozen=True, slots=True)
class Ref:
    """Metadata of a field that refers to a thing: `Annotated[int | str, Ref(ASSET)]`.

    Before a list is read or an act is run, the framework puts the id in its place.
    """

    reference: Reference


def ref_of(annotation: Any, metadata: Sequence[Any] = ()) -> tuple[Ref | None, bool]:  # noqa: ANN401
    """Return the reference a field holds, and whether it holds a list of them."""
    for one in metadata:
        if isinstance(one, Ref):
            return one, False
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return ref_of(parts[0], parts[1:])
    for part in parts:
        found, many = ref_of(part)
        if found is not None:
            return found, many or origin in (list, tuple, Sequence)
    return None, False


def refs_in(model: type[BaseModel]) -> Mapping[str, tuple[Ref, bool]]:
    """Return the fields of a model that hold references, and whether a list of them."""
    if model not in _REFS:
        found = {
            name: ref_of(field.annotation, field.metadata)
            for name, field in model.model_fields.items()
        }
        _REFS[model] = {
            name: (ref, many) for name, (ref, many) in found.items() if ref is not None
        }
    return _REFS[model]


_REFS: WeakKeyDictionary[type[BaseModel], Mapping[str, tuple[Ref, bool]]] = (
    WeakKeyDictionary()
)


def resolved(connection: Connection, given: M) -> M:
    """Return what was given with ids in place of names.

    Raises:
        InventoryError: Something is not there, or not certain; names the field.
    """
    ids: dict[str, Any] = {}
    for name, (ref, many) in refs_in(type(given)).items():
        value = getattr(given, name) if name in given.model_fields_set else None
        if value is None:
            continue
        if many:
            ids[name] = resolve_all(connection, ref.reference, value, name)
        else:
            ids[name] = ref.reference.resolve(connection, value, name)
    return given.model_copy(update=ids) if ids else given


def resolve_all(
    connection: Connection,
    reference: Reference,
    given: Sequence[int | str],
    where: str,
) -> list[int]:
    """Return the ids of what is meant, in order and without repetition.

    Raises:
        InvalidRows: Something is not there, or not certain; each is listed.
    """
    found: list[int] = []
    problems: list[RowProblem] = []
    for place, one in enumerate(given, 1):
        try:
            found.append(reference.resolve(connection, one, where))
        except InventoryError as error:
            problems.append(RowProblem.of(error, str(one), place, where))
    if problems:
        raise InvalidRows(problems)
    return list(dict.fromkeys(found))


def _person_named(connection: Connection, text: str) -> list[int]:
    person = PERSON.table
    name = func.lower(func.trim(person.c.given_name + " " + person.c.family_name))
    query = select(person.c.id).where(name == text.lower()).limit(MOST_CANDIDATES)
    return list(connection.execute(query).scalars())


def _asset_named(connection: Connection, text: str) -> list[int]:
    from inventory.queries.references import assets_named

    try:
        return [int(row["id"]) for _, row in assets_named(connection, text)]
    except InventoryError:
        return []


def _failures_at(connection: Connection, text: str) -> list[int]:
    table = LOGIN_FAILURE.table
    at = table.c.subject.endswith(f"/{text}", autoescape=True)
    query = select(table.c.id).where(table.c.kind == "device", at)
    return list(connection.execute(query.limit(MOST_CANDIDATES)).scalars())


def _book_named(connection: Connection, text: str) -> list[int]:
    of, _, code = text.replace("/", ":").rpartition(":")
    book, entity = BOOK.table, LEGAL_ENTITY.table
    query = (
        select(book.c.id)
        .join(entity, entity.c.id == book.c.legal_entity_id)
        .where(entity.c.code == of, book.c.code == code)
    )
    return list(connection.execute(query).scalars())


def _period_named(connection: Connection, text: str) -> list[int]:
    book, _, key = text.replace("/", ":").rpartition(":")
    if not book:
        return []
    period = PERIOD.table
    query = select(period.c.id).where(
        period.c.key == key, period.c.book_id == BOOK.resolve(connection, book)
    )
    return list(connection.execute(query).scalars())


def _schedule_named(connection: Connection, text: str) -> list[int]:
    tag, _, book = text.partition(":")
    if not book:
        return []
    schedule, asset = SCHEDULE.table, ASSET.table
    query = (
        select(schedule.c.id)
        .join(asset, asset.c.id == schedule.c.asset_id)
        .where(asset.c.tag == tag, schedule.c.book_id == BOOK.resolve(connection, book))
    )
    return list(connection.execute(query).scalars())


ASSET = Reference(
    "asset", "assets.register.tables:Asset", by=("tag",), more=_asset_named
)
"""By tag; else by serial, MAC, IMEI or UUID."""
MANUFACTURER = Reference(
    "manufacturer", "assets.register.tables:Manufacturer", by=("name",)
)
CATEGORY = Reference("category", "assets.register.tables:Category", by=("code",))
OWN_FIELD = Reference("field", "assets.register.detail_tables:CustomField", by=("key",))
SAVED_VIEW = Reference("view", "assets.register.detail_tables:SavedView", by=("name",))
FILE = Reference("file", "assets.register.detail_tables:Attachment", by=("name",))
SUPPLIER = Reference("supplier", "assets.stock.tables:Supplier", by=("name",))
ORDER = Reference("order", "assets.stock.tables:PurchaseOrder", by=("number",))
RESERVATION = Reference(
    "reservation", "assets.stock.tables:Reservation", by=("request",)
)
STOCK_MINIMUM = Reference("minimum", "assets.stock.tables:StockMinimum", by=("kind",))
CONTRACT = Reference("contract", "assets.contracts.tables:Contract", by=("number",))
LICENCE = Reference("licence", "assets.contracts.tables:Licence", by=("key",))
CONSUMABLE = Reference("consumable", "assets.contracts.tables:Consumable", by=("key",))
STOCK_TAKE = Reference("stock-take", "assets.stocktake.tables:StockTake", by=("name",))
ACCEPTANCE = Reference(
    "acceptance",
    "assets.custody.acceptance_tables:Acceptance",
    by=("handover_id",),
)
DEVICE = Reference(
    "device",
    "network.tables:Device",
    by=("name", "address", "mac", "serial"),
    live=lambda device: device.c.merged_at.is_(None),
)
PERSON = Reference(
    "person",
    "people.tables:Person",
    by=("key", "login", "email"),
    more=_person_named,
)
"""By key of HR, login or e-mail address; else by given and family name."""
MAIL = Reference("mail", "outbox.mail_tables:Mail")
MAIL_SETTING = Reference("setting", "outbox.mail_tables:MailSettings")
PERSON_MERGE = Reference("merge", "people.tables:PersonMerge")
TEAM = Reference("team", "people.tables:Team", by=("code",))
LOCATION = Reference("place", "people.tables:Location", by=("code",))
SCAN = Reference("scan", "network.tables:Scan")
JOB = Reference("job", "jobs.tables:Job")
COLLECTOR = Reference("collector", "jobs.collector_tables:Collector", by=("name",))
RECURRING_JOB = Reference("recurring job", "jobs.tables:RecurringJob", by=("name",))
JOB_FINDING = Reference("finding", "jobs.tables:JobFinding")
SCAN_HOST = Reference("host of a scan", "network.tables:ScanHost")
CONFLICT = Reference("conflict", "network.tables:IdentityConflict")
DECISION = Reference("decision", "network.tables:IdentityDecision")
DIFFERENCE = Reference("row of the worklist", "network.tables:Reconciliation")
NETWORK_FINDING = Reference("finding", "network.tables:NetworkFinding")
DHCP_SERVER = Reference("DHCP server", "network.tables:DhcpServer")
NEIGHBOUR = Reference("neighbour", "network.tables:DeviceNeighbour")
SUGGESTION = Reference("suggestion", "network.tables:DeviceField")
COST_CENTRE = Reference("cost centre", "people.tables:CostCentre", by=("code",))
DEPARTMENT = Reference("department", "people.tables:Department", by=("code",))
LEGAL_ENTITY = Reference("legal entity", "people.tables:LegalEntity", by=("code",))
PHONE_SYSTEM = Reference("telephone system", "telecom.tables:PhoneSystem", by=("name",))
EXTENSION = Reference(
    "extension",
    "telecom.tables:Extension",
    by=("number",),
    live=lambda extension: extension.c.removed_at.is_(None),
)
PHONE_NUMBER = Reference("number", "telecom.tables:PhoneNumber", by=("e164",))
PHONE = Reference(
    "phone", "telecom.tables:Telephone", by=("mac", "device_name", "serial")
)
WEBHOOK = Reference(
    "webhook",
    "outbox.tables:Webhook",
    by=("name",),
    live=lambda webhook: webhook.c.removed_at.is_(None),
)
DELIVERY = Reference("delivery", "outbox.tables:WebhookDelivery")
MESSAGE = Reference("message", "outbox.tables:OutboxMessage", by=("uid",))
CREDENTIAL = Reference("credential", "vault.tables:StoredCredential", by=("name",))
LOGIN_FAILURE = Reference(
    "failed login",
    "vault.tables:LoginFailures",
    by=("subject",),
    more=_failures_at,
)
"""By account or device; a device also by its address without the site."""
HOST_KEY = Reference("host key", "vault.tables:HostKeyPin", by=("address",))
BACKUP = Reference("backup", "backup.tables:Backup")
SESSION = Reference("session", "people.account_tables:UserSession")
SECOND_FACTOR = Reference("second factor", "people.sign_in_tables:SecondFactor")
ROLE_RULE = Reference("rule", "people.sign_in_tables:RoleRule", by=("group_name",))
USER = Reference("user", "people.account_tables:UserAccount", by=("login",))
CASE = Reference("case", "provisioning.case_tables:ProvisioningCase", by=("key",))
CASE_LINE = Reference("line", "provisioning.case_tables:CaseLine")
TASK = Reference("task", "provisioning.tables:Task")
PURCHASE_REQUEST = Reference("request", "provisioning.case_tables:PurchaseRequest")
WRITE_OFF = Reference("proposal", "provisioning.case_tables:WriteOffProposal")
ENTITY_TRANSFER = Reference(
    "proposal", "provisioning.case_tables:EntityTransferProposal"
)
HR_EVENT = Reference("event", "provisioning.tables:HrEvent", by=("event_id",))
HR_SOURCE = Reference("source", "provisioning.tables:HrSource", by=("name",))
DIRECTORY_RECORD = Reference(
    "record",
    "directory.tables:DirectoryRecord",
    by=("uid", "external_id"),
    live=lambda record: record.c.deleted_at.is_(None),
)
TOKEN = Reference("token", "people.account_tables:ApiToken", by=("name",))
BOOK = Reference("book", "accounting.tables:Book", by=("code",), more=_book_named)
"""By code, or by `ENTITY:CODE` where several legal entities use it."""
PERIOD = Reference("period", "accounting.tables:FiscalPeriod", more=_period_named)
"""By `BOOK:KEY`, such as `IFRS:2026-03`."""
POSTING = Reference("posting", "accounting.tables:Posting")
BOOK_EVENT = Reference("event of a book", "accounting.tables:BookEvent")
JOURNAL_EXPORT = Reference(
    "journal export", "accounting.tables:JournalExport", by=("name",)
)
BOOK_PROPOSAL = Reference("proposal", "accounting.tables:BookProposal")
SCHEDULE = Reference("schedule", "accounting.tables:AssetBook", more=_schedule_named)
"""By `TAG:BOOK`, such as `IT-00412:IFRS`."""

AssetRef = Annotated[int | str, Ref(ASSET)]
ManufacturerRef = Annotated[int | str, Ref(MANUFACTURER)]
CategoryRef = Annotated[int | str, Ref(CATEGORY)]
FileRef = Annotated[int | str, Ref(FILE)]
SavedViewRef = Annotated[int | str, Ref(SAVED_VIEW)]
SupplierRef = Annotated[int | str, Ref(SUPPLIER)]
OrderRef = Annotated[int | str, Ref(ORDER)]
ContractRef = Annotated[int | str, Ref(CONTRACT)]
LicenceRef = Annotated[int | str, Ref(LICENCE)]
ConsumableRef = Annotated[int | str, Ref(CONSUMABLE)]
StockTakeRef = Annotated[int | str, Ref(STOCK_TAKE)]
AcceptanceRef = Annotated[int | str, Ref(ACCEPTANCE)]
DeviceRef = Annotated[int | str, Ref(DEVICE)]
ScanRef = Annotated[int | str, Ref(SCAN)]
PersonRef = Annotated[int | str, Ref(PERSON)]
TeamRef = Annotated[int | str, Ref(TEAM)]
LocationRef = Annotated[int | str, Ref(LOCATION)]
CostCentreRef = Annotated[int | str, Ref(COST_CENTRE)]
DepartmentRef = Annotated[int | str, Ref(DEPARTMENT)]
LegalEntityRef = Annotated[int | str, Ref(LEGAL_ENTITY)]
PhoneSystemRef = Annotated[int | str, Ref(PHONE_SYSTEM)]
ExtensionRef = Annotated[int | str, Ref(EXTENSION)]
PhoneNumberRef = Annotated[int | str, Ref(PHONE_NUMBER)]
PhoneRef = Annotated[int | str, Ref(PHONE)]
UserRef = Annotated[int | str, Ref(USER)]
WebhookRef = Annotated[int | str, Ref(WEBHOOK)]
CaseRef = Annotated[int | str, Ref(CASE)]
HrEventRef = Annotated[int | str, Ref(HR_EVENT)]
BookRef = Annotated[int | str, Ref(BOOK)]
