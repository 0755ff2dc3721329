"""The pages speak Indonesian whole: nothing missing, nothing unused, no wrong blank."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from pydantic import BaseModel

from api.compose.rulebooks import (
    import_profiles,
    provisioning_of,
    rules_of,
    staff_profiles,
)
from api.compose.telecom_rules import telecom_rules
from api.http.errors import ApiError, title_of
from api.pages.entity import field_title
from api.pages.extracts import PAGING
from api.pages.words import FOLDER, Words
from api.resources.annotations import types_in, words_in
from api.resources.declare import Column, columns_of, inputs_of
from api.resources.perform import body_model
from api.resources.registry import all_resources
from api.resources.resource import models_in
from collectors.errors import CollectError
from collectors.facts import Reason
from collectors.pacing import LockoutGuard
from config.settings import Settings
from discovery.identity.device_types import GENERAL
from discovery.sentences import triple
from inventory.assets.register.lifecycle import DEFAULT, KINDS
from inventory.bulk.profiles.profile import FIELDS as ASSET_FIELDS
from inventory.hr.staff_lists.profile import FIELDS as STAFF_FIELDS
from inventory.kernel.errors import InventoryError, NotAllowed
from inventory.kernel.texts import N_
from inventory.outbox.event_catalogue import event_types
from inventory.reports import reports
from inventory.storage.all_tables import load_tables
from inventory.storage.types import with_parts, with_sentences

API = FOLDER.parents[1]
WORD = re.compile(r"[a-z][a-z_-]{2,}")
"""A word of the data; "4-4-5", "snmp-v2c" and "it" are alike in every language."""
ROOMS = ("inventory", "discovery", "collectors")
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "NN_": (1, 2),
    "Column": (1,),
    "Choice": (1,),
    "Input": (1,),
    "text": None,
    "many": (1, 2),
}


MARKS: dict[str, tuple[int, ...] | None] = {"N_": None, "NN_": (1, 2)}


def marked() -> set[str]:
    """Return the texts that are marked where people read them."""
    found = read_from(API, MARKS)
    for folder in (API / "pages", API / "resources"):
        found |= read_from(folder, KEYWORDS)
    for name in ROOMS:
        found |= read_from(API.parent / name, MARKS)
    return found


def read_from(folder: Path, keywords: Mapping[str, tuple[int, ...] | None]) -> set[str]:
    """Return the texts below a folder that stand behind keywords."""
    read = extract_from_dir(
        folder,
        method_map=[("**.py", "python"), ("**.html", "jinja2")],
        options_map={"**.html": {"extensions": "jinja2.ext.do"}},
        keywords=dict(keywords),
    )
    return {first(message) for _, _, message, _, _ in read}


def declared(folder: Path) -> set[str]:
    """Return the texts that pages make of declarations: acts, steps, reports."""
    acts = [act for one in all_resources() for act in one.acts]
    machine = provisioning_of(Settings(data_dir=folder)).machine
    steps = [step for step in machine.steps.values() if not step.automatic]
    found = {act.verb.replace("-", " ").capitalize() for act in acts}
    found |= {act.summary for act in acts} | words_of_data()
    for act in acts:
        for asked in inputs_of(body_model(act)).values():
            found |= {asked.hint, asked.group}
    for extract in (one for each in all_resources() for one in each.extracts):
        found |= {extract.name.replace("-", " ").capitalize(), extract.about}
        for name, field in extract.parameters.model_fields.items():
            if name not in PAGING:
                title = name.replace("_", " ").strip().capitalize()
                found |= {title, field.description or ""}
    found |= {step.name.replace("_", " ").capitalize() for step in steps}
    found |= {step.reason_is.capitalize() for step in steps if step.reason}
    found |= {name.replace("_", " ") for name in machine.states}
    found |= {state.meaning for state in machine.states.values()}
    for state in machine.states.values():
        found |= set(state.meanings.values())
    found |= {state.meaning for state in DEFAULT.states.values()}
    found |= titles_of_data(folder) | words_of_the_trail() | of_collectors()
    for report in reports().values():
        found.add(report.title)
        found |= {one.title for one in report.parameters}
        found |= {one.title for one in report.columns}
    return found - {""}


def titles_of_data(folder: Path) -> set[str]:
    """Return the titles of what comes along as data, and what events say."""
    settings = Settings(data_dir=folder)
    telecom = telecom_rules(settings)
    profiles = (*import_profiles().values(), *staff_profiles().values())
    found = {one.title for one in rules_of(settings).presets.values()}
    found |= {one.title for one in telecom.types.types.values()}
    found |= {one.title for one in telecom.layouts.values()}
    found |= {str(one.get("title", "")) for one in profiles}
    return found | {one.description for one in event_types()}


def words_of_the_trail() -> set[str]:
    """Return what the audit trail calls tables and their columns."""
    tables = load_tables().sorted_tables
    titles = {field_title(column.name) for one in tables for column in one.columns}
    return titles | {one.name.replace("_", " ") for one in tables}


def of_collectors() -> set[str]:
    """Return what collectors say when they say no more, and why anything is missing."""
    kinds = failures_of_collectors()
    said = {(kind.__doc__ or "").split("\n")[0] for kind in kinds}
    names = {kind.__name__ for kind in kinds}
    for path in (API.parent / "collectors").rglob("*.py"):
        said |= given_to(names, ast.parse(path.read_text("utf-8")))
    return said | {str(one) for one in Reason if WORD.fullmatch(one)}


def given_to(names: set[str], tree: ast.Module) -> set[str]:
    """Return the texts without values that calls of these names begin with."""
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in names
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def import_all() -> None:
    """Import every module, so that all kinds of errors are known."""
    for name in ("api", *ROOMS):
        for module in walk_packages([str(API.parent / name)], f"{name}."):
            if ".migrations" not in module.name:
                import_module(module.name)


def failures_of_collectors() -> list[type[CollectError]]:
    """Return the kinds of what a collector may raise."""
    import_all()
    kinds: list[type[CollectError]] = [CollectError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return kinds


def words_of_data() -> set[str]:
    """Return the values that fields of lists and forms are declared to have."""
    models = [
        model
        for one in all_resources()
        for model in (one.rows, one.question, one.detail, *(a.given for a in one.acts))
        if model is not None
    ]
    parts = [
        part
        for one in all_resources()
        for act in one.acts
        for asked in inputs_of(act.given).values()
        for part in asked.parts
    ]
    fields = [field for model in models for field in model.model_fields.values()]
    found = {word for field in fields for word in words_in(field.annotation)}
    found |= {*GENERAL, *KINDS, *ASSET_FIELDS, *STAFF_FIELDS}
    found |= {word for part in parts for word in (*part.only, *part.options)}
    found |= {
        str(member.value)
        for field in fields
        for one in types_in(field.annotation)
        if isinstance(one, type) and issubclass(one, StrEnum)
        for member in one
    }
    return {word.replace("_", " ") for word in found if WORD.fullmatch(word)}


def of_errors() -> set[str]:
    """Return what errors say when whoever raises them says no more."""
    import_all()
    kinds: list[type[InventoryError | ApiError]] = [InventoryError, ApiError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return {title_of(kind) for kind in kinds} | {kind.remedy for kind in kinds}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "id.po").open("rb") as file:
        return read_po(file, locale="id")


def first(text: str | tuple[str, ...] | list[str] | None) -> str:
    return text if isinstance(text, str) else text[0] if text else ""


def test_every_text_is_translated_and_none_is_left_over(
    catalogue: Catalog, tmp_path: Path
) -> None:
    wanted = marked() | declared(tmp_path) | of_errors()
    known = {first(one.id) for one in catalogue if one.id}
    assert sorted(wanted - known) == []
    assert sorted(known - wanted) == []
    assert [
        first(one.id) for one in catalogue if one.id and not first(one.string)
    ] == []


def test_a_word_that_is_known_as_a_title_is_told_in_small_letters() -> None:
    now = datetime(2026, 3, 17, tzinfo=UTC)
    assert Words("id", now).word("hand_out") == "serahkan"
    assert Words("en", now).word("hand_out") == "hand out"
    assert Words("id", now).word("no such word") == "no such word"


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_translations_have_the_blanks_of_their_texts(catalogue: Catalog) -> None:
    odd = [
        first(one.id)
        for one in catalogue
        if one.id and blanks(first(one.id)) != blanks(first(one.string))
    ]
    assert odd == []


def fields_in(model: type[BaseModel]) -> Iterator[tuple[str, Column | None]]:
    """Yield the fields of a model and of those in it, with their columns."""
    for one in {model, *models_in(model)}:
        columns = columns_of(one)
        yield from ((name, columns.get(name)) for name in one.model_fields)


def test_fields_of_answers_and_details_are_called_in_the_readers_language(
    catalogue: Catalog,
) -> None:
    known = {first(one.id) for one in catalogue if one.id}
    models = [act.answer for one in all_resources() for act in one.acts if act.answer]
    models += [one.detail for one in all_resources() if one.detail is not None]
    titles = {
        column.title if column else field_title(name)
        for model in models
        for name, column in fields_in(model)
    }
    unknown = {one for one in titles if not {one, one[:1].lower() + one[1:]} & known}
    assert unknown == set()
    assert len(titles) > 300


def test_what_a_collector_says_is_kept_and_told_in_the_readers_language() -> None:
    guard = LockoutGuard(per_account=1)
    guard.ended("admin", "hq/192.0.2.1", accepted=False)
    refused = guard.refusal("admin", "hq/192.0.2.1", ("the account is off", ""))
    assert refused is not None
    problem = triple(refused.as_problem("ssh:login"))
    kept = with_sentences(json.loads(json.dumps(with_parts(problem))))
    assert kept == list(problem)
    assert isinstance(kept, list)
    told = Words("id", datetime(2026, 3, 17, tzinfo=UTC)).said(kept[2])
    assert told.startswith("akun 'admin' gagal 1 kali berturut-turut, terakhir ")


def test_what_an_error_says_is_kept_and_told_in_the_readers_language() -> None:
    error = NotAllowed(
        N_("There is no {noun} {given}."), where="book", noun="asset", given="X-1"
    )
    for said in (error.sentence, error.problem):
        kept = with_sentences(json.loads(json.dumps(with_parts(said))))
        assert kept == said
        assert isinstance(kept, str)
        told = Words("id", datetime(2026, 3, 17, tzinfo=UTC)).said(kept)
        assert "X-1" in told
        assert "There is" not in told
    assert error.sentence == str(error)
