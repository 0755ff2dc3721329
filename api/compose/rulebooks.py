"""Data files -> rules that are checked: of this site, or those that come along.

Each is loaded once, when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import catalog
from config.catalog import CatalogError
from inventory.kernel.errors import Invalid

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.compose.scanning import Known
    from api.compose.wiring import App
    from collectors.ssh.consoles.platforms import CliKnowledge
    from config.settings import Settings
    from discovery.identity.identify import Knowledge
    from inventory.accounting.catalogue.asset_classes import Rules as Accounting
    from inventory.hr.context import CaseContext
    from inventory.provisioning.rules import Rules as Provisioning
    from inventory.storage.work import UnitOfWork
    from inventory.telecom.estate.line_states import LineStates

Document = Mapping[str, Any]


class DataError(Exception):
    """A data file is broken; the text names file and place."""


@contextmanager
def _told_as_data(*kinds: type[Exception]) -> Iterator[None]:
    """Let what a reader raises about a file be a `DataError`."""
    try:
        yield
    except kinds as error:
        raise DataError(str(error)) from error


def accounting(
    document: Callable[[str], Document], macrs: Sequence[Mapping[str, str]]
) -> Accounting:
    """Return the books, accounts and asset classes.

    Raises:
        DataError: A file contradicts itself.
    """
    from inventory.accounting.catalogue.asset_classes import RulesError, read_rules

    with _told_as_data(RulesError):
        return read_rules(
            document("rules"), document("presets"), document("limits"), macrs
        )


def provisioning(texts: Mapping[str, tuple[str, str]]) -> Provisioning:
    """Return kits, calendars, states of lines and who decides.

    Args:
        texts: Kind -> name and text of its file.

    Raises:
        DataError: A file is broken, or contradicts itself.
    """
    from inventory.provisioning.rules import read_rules

    try:
        with _told_as_data(Invalid, CatalogError):
            read = {kind: catalog.parse(*one) for kind, one in texts.items()}
            rules = read_rules(**read)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        raise DataError(f"provisioning: a file has another shape ({what})") from error
    return replace(rules, texts={kind: text for kind, (_, text) in texts.items()})


def office_document(name: str) -> Mapping[str, Any]:
    """Return a document of the simulated office: `truth`, `scan` or `company`."""
    return catalog.office(name)


def local_rules(settings: Settings) -> Path:
    """Return the folder of the site's own rule files; it need not exist."""
    return settings.data_dir / "vendors"


@cache
def knowledge(local: Path | None = None) -> Knowledge:
    """Load and compile what is known of vendors, once.

    Args:
        local: Folder of the site's own rule files, which outrank the others.

    Raises:
        DataError: A file is broken.
    """
    from collectors.mac_vendors import maker_of
    from discovery.identity.identify import KnowledgeError, build_knowledge

    with _told_as_data(CatalogError, KnowledgeError):
        return build_knowledge(
            catalog.vendors(),
            catalog.fingerprints(),
            local_docs=catalog.local(local) if local else (),
            tables=catalog.tables(),
            makers=maker_of,
        )


@cache
def consoles() -> CliKnowledge:
    """Load what is known of command lines of network devices, once.

    Raises:
        DataError: A file is broken.
    """
    from collectors.ssh.consoles.platforms import build_knowledge

    with _told_as_data(CatalogError, ValueError):
        return build_knowledge(catalog.platforms())


@cache
def accounting_rules(local: Path | None = None) -> Accounting:
    """Load the books, accounts and asset classes, once.

    Args:
        local: Folder of the site's own rules, which replace those that come along.

    Raises:
        DataError: The file is broken, or contradicts itself.
    """
    with _told_as_data(CatalogError):
        return accounting(
            partial(catalog.accounting, local=local), catalog.macrs_tables()
        )


@cache
def book_templates(local: Path | None = None) -> Mapping[str, Mapping[str, Any]]:
    """Load the templates of books by name, once.

    Args:
        local: Folder of the site's own rules; the templates in it come on top.

    Raises:
        DataError: A file is broken.
    """
    with _told_as_data(CatalogError):
        return catalog.book_templates(local)


@cache
def journal_profiles(local: Path | None = None) -> Mapping[str, Any]:
    """Load the columns in which journals are handed over, once.

    Raises:
        DataError: The file is broken.
    """
    with _told_as_data(CatalogError):
        return catalog.journal_profiles(local)


@cache
def staff_profiles() -> Mapping[str, Mapping[str, Any]]:
    """Load the profiles of lists of staff by name, once.

    Raises:
        DataError: A file is broken.
    """
    with _told_as_data(CatalogError):
        return {Path(name).stem: found for name, found in catalog.staff_lists()}


@cache
def import_profiles() -> Mapping[str, Mapping[str, Any]]:
    """Load the profiles of tables of other programs by name, once.

    Raises:
        DataError: A file is broken.
    """
    with _told_as_data(CatalogError):
        return {Path(name).stem: found for name, found in catalog.imports()}


@cache
def provisioning_rules(local: Path | None = None) -> Provisioning:
    """Load kits, calendars, states of lines and who decides, once.

    Args:
        local: Folder of the site's own files, which replace those that come along.

    Raises:
        DataError: A file is broken, or contradicts itself.
    """
    names = ("lines", "kits", "calendars", "sources", "notices")
    with _told_as_data(CatalogError):
        texts = {name: catalog.provisioning_text(name, local) for name in names}
    return provisioning(texts)


def provisioning_of(settings: Settings) -> Provisioning:
    """Return the rules of provisioning of the site's files, or of those of ours.

    They may have been changed since: `provisioning_in_force`.
    """
    return provisioning_rules(settings.data_dir / "provisioning")


def provisioning_in_force(settings: Settings, connection: Connection) -> Provisioning:
    """Return the rules of provisioning that are in force.

    Raises:
        DataError: A data file, or what is kept, is broken.
    """
    from inventory.hr.rule_versions import in_force

    with _told_as_data(Invalid):
        return in_force(connection, provisioning_of(settings))


def provisioning_now(app: App) -> Provisioning:
    """Return the rules of provisioning that are in force in the database of an App."""
    with app.engine.connect() as reading:
        return provisioning_in_force(app.settings, reading)


def context_of(settings: Settings, work: UnitOfWork) -> CaseContext:
    """Return the change of cases of a unit of work, with the rules of the site.

    Raises:
        DataError: A data file of provisioning is broken.
    """
    from inventory.hr.context import CaseContext

    def line_states() -> LineStates:
        from api.compose.telecom_rules import telecom_rules

        return telecom_rules(settings).states

    return CaseContext(work, partial(provisioning_in_force, settings), line_states)


def rules_of(settings: Settings) -> Accounting:
    """Return the rules of accounting: the site's own, or those that come along."""
    return accounting_rules(settings.data_dir / "accounting")


def templates_of(settings: Settings) -> Mapping[str, Mapping[str, Any]]:
    """Return the templates of books: those that come along, and the site's own."""
    return book_templates(settings.data_dir / "accounting")


def journal_profiles_of(settings: Settings) -> Mapping[str, Any]:
    """Return the columns in which journals are handed over: own ones, or ours."""
    return journal_profiles(settings.data_dir / "accounting")


def known(settings: Settings) -> Known:
    """Return the data files for a scan, loaded on first use."""
    from api.compose.scanning import Known

    return Known(partial(knowledge, local_rules(settings)), consoles)
