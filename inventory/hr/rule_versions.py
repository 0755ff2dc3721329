"""Rules of provisioning that are in force, and their versions. Imports `storage`.

Every process reads them from the database, so that a change needs no restart. Until
somebody changes those of a kind, those of the site's files are in force.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, RootTransaction, func, select

from inventory.hr.cases.kit_versions import WITH_KITS
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.rulebook.kinds import KINDS, put
from inventory.provisioning.rulebook.written import FIELD, read_text
from inventory.provisioning.rules import Document, Rules
from inventory.provisioning.staff_sources import named_sources
from inventory.provisioning.statements.authority import is_directory
from inventory.provisioning.tables import HrSource, KitVersion, ProvisioningRules
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.work import UnitOfWork

OF_FILE = "file"
"""Name of the version that the files of the site, or those that come along, have.

Those after it are `v1`, `v2` ...: a number would be a place in the list (`Listed`).
"""
_TABLE = table_of(ProvisioningRules)
_READ: WeakKeyDictionary[RootTransaction, tuple[Rules, Rules]] = WeakKeyDictionary()
"""Transaction -> rules of the files, and in force: one decides by one version."""
_TOGETHER: dict[tuple[object, ...], tuple[Rules, Rules]] = {}
"""Files and digests -> the files, and what they are together."""
_MOST = 32


def in_force(connection: Connection, files: Rules) -> Rules:
    """Return the rules that are in force.

    Args:
        connection: Of a transaction; it has the same rules until it ends.
        files: The rules of the site's files.

    Raises:
        Invalid: What is kept cannot be read by this version of Purser.
    """
    transaction = connection.get_transaction()
    had = None if transaction is None else _READ.get(transaction)
    if had is not None and had[0] is files:
        return had[1]
    rules = _together(connection, files)
    transaction = connection.get_transaction()
    if transaction is not None:
        _READ[transaction] = (files, rules)
    return rules


def versions(connection: Connection, kind: str) -> list[Row]:
    """Return all versions of a kind, the first one first."""
    query = (
        select(_TABLE)
        .where(col(ProvisioningRules.kind) == kind)
        .order_by(id_of(ProvisioningRules))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def counts(connection: Connection) -> dict[str, int]:
    """Return kind -> how many versions it has, of those that have any."""
    kind = col(ProvisioningRules.kind)
    query = select(kind, func.count()).group_by(kind)
    return {name: count for name, count in connection.execute(query)}


def names_of(rows: Sequence[Row]) -> dict[str, bool]:
    """Return the names of versions, `file` first, and whether each is in force.

    Args:
        rows: All versions of a kind, the first one first.
    """
    # What returned to the files is a version without rules of its own.
    own = bool(rows) and rows[-1]["text"] is not None
    count = len(rows) if own else 0
    found = {OF_FILE: not own}
    return found | {f"v{n}": n == count for n in range(1, len(rows) + 1)}


def keep(
    work: UnitOfWork, files: Rules, kind: str, text: str | None, remark: str
) -> Rules:
    """Let rules of a kind be in force from now on; return all rules then.

    What says nothing new leaves no trace.

    Args:
        work: The caller commits.
        files: The rules of the site's files.
        kind: kits, calendars, lines, notices or sources.
        text: YAML; None: what the file says.
        remark: Why.

    Raises:
        Invalid: They are broken, or lines and sources that there are contradict them.
    """
    connection = work.connection
    before = in_force(connection, files)
    text = None if text is None else _tidy(text)
    digest = _digest_of(text)
    of_file = _tidy(KINDS[kind].text_of(files))
    last = _digests(connection).get(kind, (0, ""))[1]
    if digest == last or (not last and text == of_file):
        return before
    own = of_file if text is None else text
    after = KINDS[kind].read(own, before)
    if kind in _CHECKS:
        _CHECKS[kind](connection, before, after)
    _add(work, {"kind": kind, "digest": digest, "remark": remark}, text)
    transaction = connection.get_transaction()
    if transaction is not None:
        _READ.pop(transaction, None)
    return after


def cases_with_other_kits(connection: Connection, rules: Rules) -> int:
    """Count the open cases that were opened with other kits than these."""
    query = (
        select(func.count())
        .select_from(ProvisioningCase)
        .outerjoin(
            KitVersion, id_of(KitVersion) == col(ProvisioningCase.kit_version_id)
        )
        .where(
            col(ProvisioningCase.state) == "open",
            col(ProvisioningCase.kind).in_(WITH_KITS),
            col(KitVersion.digest).is_distinct_from(rules.kits.digest),
        )
    )
    return int(connection.execute(query).scalar_one())


def lines_with_other_dates(connection: Connection, rules: Rules) -> int:
    """Count the open lines that would be due on another day by these rules."""
    line, case = table_of(CaseLine), table_of(ProvisioningCase)
    facts = (line.c.state, line.c.effective_on, line.c.entered_on, line.c.due_on)
    query = (
        select(*facts, case.c.opened_on, case.c.site, func.count())
        .select_from(line.join(case, case.c.id == line.c.case_id))
        .where(line.c.closed_on.is_(None))
        .group_by(*facts, case.c.opened_on, case.c.site)
    )
    found = 0
    for state, effective, entered, due, opened, site, count in connection.execute(
        query
    ):
        if state not in rules.machine.states:
            continue
        then = rules.machine.due(
            state,
            effective=effective,
            entered=entered,
            opened=opened,
            calendars=rules.calendars,
            site=site,
        )
        found += count if then != due else 0
    return found


def _add(work: UnitOfWork, said: Row, text: str | None) -> None:
    """Keep a version; the audit trail names it by its digest, the row has the text."""
    row = {"text": text, "actor": work.actor, "recorded_at": work.clock()}
    insert = _TABLE.insert().values(said | row)
    number = work.connection.execute(insert.returning(_TABLE.c.id)).scalar_one()
    work.audit(_TABLE.name, int(number), "create", None, said)


def _together(connection: Connection, files: Rules) -> Rules:
    last = _digests(connection)
    key = (id(files), *sorted((kind, digest) for kind, (_, digest) in last.items()))
    had = _TOGETHER.get(key)
    if had is not None and had[0] is files:
        return had[1]
    rules = files
    for kind in KINDS:
        number, digest = last.get(kind, (0, ""))
        if digest:
            rules = put(rules, kind, _document(connection, number))
    if len(_TOGETHER) >= _MOST:
        _TOGETHER.clear()
    _TOGETHER[key] = (files, rules)
    return rules


def _digests(connection: Connection) -> dict[str, tuple[int, str]]:
    """Return kind -> number and digest of its last version, if it has one."""
    newest = select(func.max(id_of(ProvisioningRules))).group_by(
        col(ProvisioningRules.kind)
    )
    query = select(
        col(ProvisioningRules.kind),
        id_of(ProvisioningRules),
        col(ProvisioningRules.digest),
    ).where(id_of(ProvisioningRules).in_(newest))
    found = connection.execute(query)
    return {kind: (number, digest) for kind, number, digest in found}


def _document(connection: Connection, number: int) -> Document:
    query = select(col(ProvisioningRules.text)).where(
        id_of(ProvisioningRules) == number
    )
    return document_of(str(connection.execute(query).scalar_one()))


@lru_cache(maxsize=_MOST)
def document_of(text: str) -> Document:
    """Return the document of a version that was kept; nobody may change it."""
    return read_text(text).document


def _tidy(text: str) -> str:
    """Return a text with the ends of lines as files have them."""
    return "\n".join(text.strip().splitlines()) + "\n"


def _digest_of(text: str | None) -> str:
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def _check_states(connection: Connection, _before: Rules, after: Rules) -> None:
    """Refuse to take a state away in which open lines are: nothing leads out of it.

    Raises:
        Invalid: There are such lines.
    """
    query = (
        select(col(CaseLine.state), func.count())
        .where(col(CaseLine.closed_on).is_(None))
        .group_by(col(CaseLine.state))
        .order_by(col(CaseLine.state))
    )
    for state, count in connection.execute(query):
        known = after.machine.states.get(state)
        if known is None or known.closed:
            raise Invalid(
                N_("{count} open lines are in the state {state}."),
                where=FIELD,
                remedy=N_("Keep the state, open, until no line is in it."),
                count=count,
                state=state,
            )


def _check_sources(connection: Connection, before: Rules, after: Rules) -> None:
    """Refuse a source that nobody knows: it would never be heard.

    Raises:
        Invalid: It names one.
    """
    document = after.sources
    known = set(connection.execute(select(col(HrSource.name))).scalars())
    known |= named_sources(before.sources)
    unknown = sorted(
        one
        for one in named_sources(document) - known
        if not is_directory(one) and one != "scim"
    )
    if unknown:
        others = (document.get("authority") or {}).get("others") or ()
        raise Invalid(
            N_("There is no source {name}."),
            where="order" if unknown[0] in others else "field_order",
            remedy=N_("Add it to the HR sources first."),
            name=unknown[0],
        )


_CHECKS: Mapping[str, Callable[[Connection, Rules, Rules], None]] = {
    "lines": _check_states,
    "sources": _check_sources,
}
"""Kind -> what refuses rules that contradict what there is."""
