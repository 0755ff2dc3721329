"""Decides what each row of a table does, against what the register has. Pure.

Rows are matched by tag, then by serial; what is neither is new. Every problem of every
row is found before anything is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.register.custom_fields import check_fields
from inventory.assets.register.details import DETAILS
from inventory.assets.register.lifecycle import KINDS
from inventory.assets.register.registration import (
    manufacturer_key,
    search_text,
    serial_key,
)
from inventory.bulk.files.cells import heading
from inventory.bulk.profiles.apply import IDENTIFIERS, ImportRow
from inventory.bulk.profiles.profile import Profile
from inventory.bulk.references import NameResolver
from inventory.bulk.register_lookup import RegisterSnapshot
from inventory.bulk.row_effects import RecordToCreate, RowPlan
from inventory.kernel.errors import InvalidRows
from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.texts import N_

_PLAIN = ("kind", "name", "serial", *DETAILS)
_EMPTY = {"name": "", "note": ""}
_COLUMNS = {
    "manufacturer": "manufacturer_id",
    "legal_entity": "legal_entity_id",
    "location": "location_id",
    "cost": "cost_minor",
}
_HELD_STATES = frozenset("in_use due_back in_repair lost stolen".split())
_NOT_HELD = frozenset(("retired", "disposed"))


class RowPlanner:
    """Plans rows one after the other; rows also must not contradict each other.

    Args:
        known: What the register has.
        profile: How the table is read.
        today: The present day.
    """

    def __init__(self, known: RegisterSnapshot, profile: Profile, today: date) -> None:
        self._known = known
        self._profile = profile
        self._today = today
        self._names = NameResolver(known.units, profile)
        self._seen: dict[tuple[str, Any], int] = {}
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for (_maker, key), asset_id in known.serials.items():
            self._by_key[key].append(asset_id)

    def plan_all(self, intakes: Iterable[ImportRow]) -> list[RowPlan]:
        """Return the plans of all rows."""
        return [self.plan(intake) for intake in intakes]

    def plan(self, intake: ImportRow) -> RowPlan:
        """Return the plan of one row; problems are noted in its intake."""
        values = intake.values
        maker = self._maker(values.get("manufacturer"))
        asset_id = self._which(values, maker)
        plan = RowPlan(intake, asset_id is None, asset_id, values.get("tag", ""))
        if asset_id is None:
            self._default(values)
        elif not plan.tag:
            plan.tag = self._known.assets[asset_id]["tag"]
        columns = self._columns(intake, maker)
        self._once(plan, maker)
        if asset_id is None:
            self._new(plan, columns)
        else:
            self._known_one(plan, columns, self._known.assets[asset_id])
        self._own_fields(plan)
        self._identify(plan)
        self._hold(plan)
        self._bear(plan)
        return plan

    def _default(self, values: dict[str, Any]) -> None:
        """Fill in what the profile says of new assets that tell nothing."""
        named = heading(values.get("name", ""))
        kind = self._profile.kinds.get(named) or (named if named in KINDS else None)
        for name, value in self._profile.defaults.items():
            told = kind if name == "kind" and kind else value
            values.setdefault(name, told)

    def _own_fields(self, plan: RowPlan) -> None:
        """Read the company's own fields by their types."""
        columns = plan.columns
        old = self._known.assets[plan.asset_id] if plan.asset_id else {}
        fields = columns.get("fields")
        if not self._known.fields or (fields is None and not plan.is_new):
            return
        try:
            read = check_fields(
                self._known.fields,
                fields or {},
                kind=columns.get("kind") or old.get("kind") or "",
                category_id=old.get("category_id"),
                only=None if plan.is_new else plan.intake.values.get("fields", ()),
            )
        except InvalidRows as error:
            for one in error.problems:
                plan.intake.wrong(
                    f"fields.{one.field}", one.text, one.advice, **one.values
                )
            return
        if "fields" in columns:
            columns["fields"] = read

    def _which(
        self, values: dict[str, Any], maker: int | RecordToCreate | None
    ) -> int | None:
        if values.get("tag"):
            return self._known.tags.get(values["tag"])
        key = serial_key(values.get("serial"))
        if key is None or isinstance(maker, RecordToCreate):
            return None
        found = self._known.serials.get((maker, key))
        if found is None and maker is None:
            hits = self._by_key.get(key, ())
            return hits[0] if len(hits) == 1 else None
        return found

    def _maker(self, name: str | None) -> int | RecordToCreate | None:
        key = manufacturer_key(name or "")
        if not name or not key:
            return None
        return self._known.makers.get(key) or RecordToCreate("manufacturers", name)

    def _columns(
        self, intake: ImportRow, maker: int | RecordToCreate | None
    ) -> dict[str, Any]:
        """Return the columns of the asset that the row says."""
        values = intake.values
        columns = {name: values[name] for name in _PLAIN if name in values}
        if maker is not None:
            columns["manufacturer_id"] = maker
        if "serial" in columns:
            columns["serial_key"] = serial_key(columns["serial"])
        for name, section in (
            ("legal_entity", "legal_entities"),
            ("location", "locations"),
        ):
            if name in values:
                columns[f"{name}_id"] = self._names.unit(intake, name, section)
        if "fields" in values:
            columns["fields"] = values["fields"]
        columns |= self._cost(intake, columns.get("legal_entity_id"))
        for name in self._profile.erase & intake.blank:
            columns[_COLUMNS.get(name, name)] = _EMPTY.get(name)
            if name in ("serial", "cost"):
                columns["serial_key" if name == "serial" else "currency"] = None
        return columns

    def _cost(self, intake: ImportRow, entity: Any) -> dict[str, Any]:  # noqa: ANN401
        amount = intake.values.get("cost")
        if amount is None:
            return {}
        currency = intake.values.get("currency")
        if currency is None and isinstance(entity, int):
            currency = self._known.currencies.get(entity)
        currency = currency or self._profile.currency
        if currency is None:
            intake.wrong(
                "currency", N_("It is missing."), N_("Fill it in, or the company.")
            )
            return {}
        try:
            money = parse_money(amount, currency)
        except MoneyError as error:
            intake.wrong("cost", f"{error}.", N_("Correct it."))
            return {}
        if money.minor < 0:
            intake.wrong("cost", N_("It is below zero."), N_("Correct it."))
        return {"cost_minor": money.minor, "currency": currency}

    def _once(self, plan: RowPlan, maker: int | RecordToCreate | None) -> None:
        """Refuse what an earlier row, or another asset, has already."""
        intake = plan.intake
        key = serial_key(intake.values.get("serial"))
        whose = maker.name.casefold() if isinstance(maker, RecordToCreate) else maker
        ids: list[tuple[str, Any]] = [("tag", plan.tag)] if plan.tag else []
        if key and maker is not None:
            ids.append(("serial", (whose, key)))
        ids += [(name, one) for name in IDENTIFIERS for one in _list(intake, name)]
        for name, value in ids:
            first = self._seen.setdefault((name, value), intake.row)
            if first != intake.row:
                intake.wrong(
                    name,
                    N_("It is in row {first} already."),
                    N_("Keep one of the rows."),
                    first=first,
                )
        if key and isinstance(maker, int):
            owner = self._known.serials.get((maker, key))
            if owner is not None and owner != plan.asset_id:
                tag = self._known.assets[owner]["tag"]
                intake.wrong(
                    "serial",
                    N_("The asset {tag!r} has it already."),
                    N_("Correct the serial, or use that tag."),
                    tag=tag,
                )

    def _new(self, plan: RowPlan, columns: dict[str, Any]) -> None:
        intake, values = plan.intake, plan.intake.values
        unread = {problem.field for problem in intake.problems}
        if "kind" not in columns and "kind" not in unread:
            intake.wrong(
                "kind", N_("It is missing."), N_("Fill it in; a new asset has one.")
            )
        plan.columns = columns | {"search": self._search(columns, plan.tag)}
        plan.state = values.get("state", "in_stock")
        days = (values.get("since"), values.get("purchased_on"), self._today)
        plan.since = next(day for day in days if day is not None)
        plan.changes = {
            name: (None, self._told(plan, name, value))
            for name, value in columns.items()
            if value not in (None, "", {}) and name != "serial_key"
        }

    def _known_one(
        self, plan: RowPlan, columns: dict[str, Any], old: dict[str, Any]
    ) -> None:
        if "fields" in columns:
            columns["fields"] = old["fields"] | columns["fields"]
        new = {name: v for name, v in columns.items() if old[name] != v}
        if new:
            new["search"] = self._search(old | new, old["tag"])
        plan.columns = new
        plan.changes = {
            name: (self._shown(name, old[name]), self._told(plan, name, value))
            for name, value in new.items()
            if name not in ("search", "serial_key")
        }
        state = plan.intake.values.get("state")
        if state is not None and state != old["state"]:
            plan.notes.append(
                f"it stays {old['state']}: {state} is reached by a step, not by a table"
            )

    def _search(self, values: dict[str, Any], tag: str) -> str:
        maker = values.get("manufacturer_id")
        name = (
            maker.name
            if isinstance(maker, RecordToCreate)
            else self._known.maker_names.get(maker or 0)
        )
        words = ("serial", "name", "model", "order_number", "invoice_number")
        return search_text(tag, *(values.get(word) for word in words), name)

    def _told(self, plan: RowPlan, name: str, value: Any) -> Any:  # noqa: ANN401
        """Return a value as the row named it: a legal entity by its code."""
        named = plan.intake.values.get(name.removesuffix("_id"))
        return (
            named
            if isinstance(value, int) and isinstance(named, str)
            else (self._shown(name, value))
        )

    def _shown(self, name: str, value: Any) -> Any:  # noqa: ANN401
        if name == "manufacturer_id" and isinstance(value, int):
            return self._known.maker_names[value]
        return str(value) if isinstance(value, RecordToCreate) else value

    def _identify(self, plan: RowPlan) -> None:
        for name, kind in IDENTIFIERS.items():
            for value in _list(plan.intake, name):
                owner = self._known.identifiers.get((kind.value, value))
                if owner is None:
                    plan.identifiers.append((kind.value, value))
                    plan.changes[name] = (None, value)
                elif owner != plan.asset_id:
                    plan.intake.wrong(
                        name,
                        N_("Another asset has {value} already."),
                        N_("Correct it."),
                        value=value,
                    )

    def _bear(self, plan: RowPlan) -> None:
        """Let a cost centre pay, unless it does so already."""
        centre = self._names.unit(plan.intake, "cost_centre", "cost_centres")
        before = self._known.bearers.get(plan.asset_id or 0)
        if centre is None or (centre == before and plan.holder is None):
            return
        plan.bearer = centre  # another holder may bring another cost centre along
        if centre == before:
            return
        told = self._known.centre_codes.get(before or 0)
        if isinstance(centre, RecordToCreate):
            code = str(centre)
        else:
            code = self._known.centre_codes[centre]
        plan.changes["cost_centre"] = (told, code)

    def _hold(self, plan: RowPlan) -> None:
        intake, values = plan.intake, plan.intake.values
        person = self._names.person(intake)
        place = self._names.unit(intake, "place", "locations")
        if person is not None and place is not None:
            intake.wrong(
                "place", N_("A person has it already."), N_("Keep one of them.")
            )
        plan.holder = person if person is not None else place
        if plan.holder is None:
            return
        plan.holder_kind = HolderKind.LOCATION if person is None else HolderKind.PERSON
        days = (values.get("held_from"), values.get("purchased_on"), self._today)
        plan.held_from = next(day for day in days if day is not None)
        plan.expected_return = values.get("expected_return")
        if plan.held_from > self._today:
            intake.wrong(
                "held_from",
                N_("{day} lies in the future."),
                N_("Correct it."),
                day=plan.held_from,
            )
        if plan.asset_id is None:
            self._hold_new(plan)
        else:
            self._hold_known(plan, plan.asset_id)

    def _hold_new(self, plan: RowPlan) -> None:
        if plan.state in _NOT_HELD:
            plan.intake.wrong(
                "state",
                N_("It is {state}, but somebody has it."),
                N_("Correct it."),
                state=plan.state,
            )
        if plan.since is not None and plan.held_from is not None:
            plan.since = min(plan.since, plan.held_from)
        plan.state = plan.state if plan.state in _HELD_STATES else "in_use"
        plan.changes["holder"] = (None, _to_whom(plan))

    def _hold_known(self, plan: RowPlan, asset_id: int) -> None:
        before = self._known.holders.get(asset_id)
        same = isinstance(plan.holder, int) and plan.holder_kind is not None
        if before and same and before[0] == plan.holder_of({}):
            plan.holder = None
            return
        plan.changes["holder"] = (_named(before), _to_whom(plan))


def _to_whom(plan: RowPlan) -> str:
    """Return the holder as the row names him, or what will be made for him."""
    values = plan.intake.values
    return str(values.get("person") or values.get("place") or plan.holder)


def _named(before: tuple[Holder, date] | None) -> str | None:
    return None if before is None else str(before[0])


def _list(intake: ImportRow, name: str) -> list[str]:
    found: list[str] = intake.values.get(name, [])
    return found
