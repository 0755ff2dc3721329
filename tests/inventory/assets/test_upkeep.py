"""Categories, series of tags, fields of one's own, files and notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from inventory.assets.register.attachments import (
    MAX_BYTES,
    NewFile,
    add_note,
    attach,
    file_of,
    files_of,
    media_type,
    notes_of,
    remove_file,
)
from inventory.assets.register.categories import (
    end_field,
    ensure_category,
    ensure_field,
    field_rules,
    list_categories,
    set_series,
)
from inventory.assets.register.custom_fields import (
    TYPES,
    FieldRule,
    check_rule,
    read_value,
)
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.saved_views import delete_view, save_view, views_of
from inventory.assets.register.service import register_asset, update_asset
from inventory.assets.register.tables import Asset
from inventory.kernel.errors import Conflict, Invalid, InvalidRows, NotFound
from inventory.people.organisation import ensure
from inventory.storage.rows import get
from tests.inventory.world import BOUGHT, Clock, build, work_on

RULES: dict[str, dict[str, Any]] = {
    "text": {"pattern": "[A-Z]{2}", "most": 2},
    "integer": {"least": 1, "most": 9},
    "decimal": {"least": "0.5", "most": "9.5"},
    "day": {"least": "2026-01-01"},
    "boolean": {},
    "choice": {"choices": ["Red", "Blue"]},
    "url": {},
}
GOOD = {
    "text": ("AB", "AB"),
    "integer": (" 7 ", 7),
    "decimal": ("1.50", "1.50"),
    "day": ("2026-02-03", "2026-02-03"),
    "boolean": ("Yes", True),
    "choice": ("red", "Red"),
    "url": ("https://example.com/x", "https://example.com/x"),
}
BAD = {
    "text": "abc",
    "integer": "10",
    "decimal": "nan",
    "day": "2025-12-31",
    "boolean": "perhaps",
    "choice": "green",
    "url": "javascript:alert(1)",
}


@pytest.mark.parametrize("kind", TYPES)
def test_a_value_is_read_by_its_type_or_refused(kind: str) -> None:
    rule = FieldRule(key="f", label="F", type=kind, rules=RULES[kind])
    check_rule(kind, RULES[kind])
    given_value, kept = GOOD[kind]
    assert read_value(rule, given_value) == kept
    assert read_value(rule, kept) == kept
    with pytest.raises(Invalid):
        read_value(rule, BAD[kind])
    assert read_value(rule, " ") is None
    with pytest.raises(Invalid, match="missing"):
        read_value(replace(rule, required=True), "")


@given(kind=st.sampled_from(TYPES), text=st.text(max_size=30))
def test_no_text_is_more_than_refused(kind: str, text: str) -> None:
    rule = FieldRule(key="f", label="F", type=kind, rules=RULES[kind])
    try:
        kept = read_value(rule, text)
    except Invalid:
        return
    assert read_value(rule, kept) == kept


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("colour", {}),
        ("text", {"choices": ["a"]}),
        ("choice", {}),
        ("text", {"pattern": "("}),
        ("integer", {"least": "x"}),
    ],
)
def test_rules_that_make_no_sense_are_refused(
    kind: str, rules: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        check_rule(kind, rules)


def test_fields_hold_for_a_category_and_those_below(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        it = ensure_category(work, "IT", name="IT", kind="computer")
        lap = ensure_category(
            work, "LAP", name="Laptops", parent_id=it, asset_class="pc"
        )
        with pytest.raises(Conflict, match="part of itself"):
            ensure_category(work, "IT", parent_id=lap)
        rows = {row["code"]: row for row in list_categories(work.connection)}
        assert rows["LAP"]["inherited"]["kind"] == "computer"
        ensure_field(work, "ram", type="integer", category_id=it, rules={"least": 1})
        new = NewAsset(kind="laptop", since=BOUGHT, category_id=lap)
        with pytest.raises(InvalidRows, match="not a whole number"):
            register_asset(work, new.model_copy(update={"fields": {"ram": "much"}}))
        told = new.model_copy(update={"fields": {"ram": "16", "old": "x"}})
        asset = register_asset(work, told)
        row = get(work.connection, Asset, asset)
        assert row["fields"] == {"ram": 16, "old": "x"}
        assert row["asset_class"] == "pc"
        with pytest.raises(InvalidRows, match="less than 1"):
            update_asset(work, asset, fields={"ram": 0})
        other = register_asset(
            work, NewAsset(kind="dock", since=BOUGHT, fields={"ram": "?"})
        )
        assert get(work.connection, Asset, other)["fields"] == {"ram": "?"}
        assert end_field(work, "ram")
        assert field_rules(work.connection) == []
        update_asset(work, asset, fields={"ram": "much"})


def test_a_warranty_comes_from_the_category(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        lap = ensure_category(work, "LAP", name="Laptops", warranty_months=36)
        new = NewAsset(
            kind="laptop", since=BOUGHT, purchased_on=BOUGHT, category_id=lap
        )
        row = get(work.connection, Asset, register_asset(work, new))
        assert row["warranty_until"] == date(2029, 1, 9)


def test_tags_come_from_the_series_of_category_and_company(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        one = ensure(work, "legal_entity", "1", name="One", currency="EUR")
        two = ensure(work, "legal_entity", "2", name="Two", currency="EUR")
        it = ensure_category(work, "IT", name="IT")
        lap = ensure_category(work, "LAP", name="Laptops", parent_id=it)
        set_series(work, "EQ-", width=4)
        set_series(work, "IT1-", category_id=it, legal_entity_id=one, width=6)
        set_series(work, "IT-", category_id=it, width=3)

        def tag(category: int | None, entity: int | None) -> str:
            new = NewAsset(
                kind="laptop",
                since=BOUGHT,
                category_id=category,
                legal_entity_id=entity,
            )
            return str(get(work.connection, Asset, register_asset(work, new))["tag"])

        assert tag(lap, one) == "IT1-000001"
        assert tag(lap, one) == "IT1-000002"
        assert tag(lap, two) == "IT-001"
        assert tag(None, two) == "EQ-0001"
        with pytest.raises(Invalid):
            set_series(work, "")


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg onload='alert(1)'/>", "text/plain"),
        ("Grüße".encode(), "text/plain"),
        (b"PK\x03\x04 [Content_Types].xml xl/workbook", "spreadsheetml.sheet"),
        (b"PK\x03\x04 other", "application/zip"),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, kind: str) -> None:
    assert media_type(data).endswith(kind)


@pytest.mark.parametrize(
    "data", [b"", b"MZ\x90", b"\x7fELF", b"#!/bin/sh", b"\0\1\2", b"\xff\xfe\xfd"]
)
def test_programs_and_unknown_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        media_type(data)


def test_files_lie_under_their_hash_and_are_checked(
    engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    world = build(engine, clock)
    tmp_path = tmp_path / "files"
    with work_on(engine, clock) as work:
        new = NewFile("../../etc/C:\\evil\\pic\x07.png", PNG, "front")
        first = attach(work, tmp_path, new, asset_id=world.laptop)
        attach(work, tmp_path, replace(new, name="b.png"), asset_id=world.monitor)
        assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1
        row, data = file_of(work.connection, tmp_path, first)
        assert (row["name"], data) == ("pic.png", PNG)
        with pytest.raises(Invalid, match="larger"):
            attach(work, tmp_path, NewFile("a", b"a" * (MAX_BYTES + 1)), asset_id=1)
        with pytest.raises(NotFound):
            attach(work, tmp_path, new, asset_id=999)
        (tmp_path / row["sha256"][:2] / row["sha256"]).write_bytes(b"changed")
        with pytest.raises(NotFound, match="changed"):
            file_of(work.connection, tmp_path, first)
        assert remove_file(work, first)
        assert files_of(work.connection, asset_id=world.laptop) == []
        add_note(work, world.laptop, " dented ")
        (note,) = notes_of(work.connection, world.laptop)
        assert (note["text"], note["author"]) == ("dented", "user:1")


def test_views_are_ones_own_unless_they_are_shared(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        mine = save_view(work, "/assets", "Phones", "?kind=phone")
        assert save_view(work, "/assets", "Phones", "kind=phone&state=lost") == mine
        save_view(work, "/assets", "All", "", shared=True)
        assert len(views_of(work.connection, "user:1", "/assets")) == 2
        (seen,) = views_of(work.connection, "user:2")
        assert seen["name"] == "All"
        with pytest.raises(Invalid):
            save_view(work, "//evil.example", "x", "")
        delete_view(work, mine)
        with pytest.raises(NotFound):
            delete_view(work, mine)
