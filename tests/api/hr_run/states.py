"""What is left of all statements: a value without ids, to be compared."""

from __future__ import annotations

from inventory.storage.rows import Row
from tests.api.hr_run.office import Office


def end_state(office: Office) -> dict[str, list[str]]:
    """Return people, employments, placements, cases, lines, verdicts and tasks."""
    who = _names(office)
    codes = {
        name: {row["id"]: row["code"] for row in office.rows(name)}
        for name in ("legal_entity", "department", "cost_centre", "location")
    }
    works = {row["id"]: row for row in office.rows("employment")}
    cases = {row["id"]: row for row in office.rows("provisioning_case")}

    def employed(row: Row) -> list[object]:
        entity = codes["legal_entity"][row["legal_entity_id"]]
        return [who[row["person_id"]], entity, row["number"], row["valid_from"]] + [
            row[name] for name in ("valid_to", "contract_end", "end_reason")
        ]

    def placed(row: Row) -> list[object]:
        work = works[row["employment_id"]]
        units = [
            codes[name].get(row[f"{name}_id"])
            for name in ("department", "cost_centre", "location")
        ]
        manager = who.get(row["manager_id"])
        return [*employed(work), *units, manager, row["valid_from"], row["valid_to"]]

    def opened(row: Row) -> list[object]:
        names = ("kind", "effective_on", "state", "quiet", "site")
        return [who[row["person_id"]], *(row[name] for name in names)]

    def line(row: Row) -> list[object]:
        names = ("slot", "kind", "action", "state", "due_on", "owner", "closed_on")
        case = opened(cases[row["case_id"]])
        return [*case, *(str(row[name]) for name in names)]

    def verdict(row: Row) -> list[object]:
        names = ("source", "employee_id", "kind", "effective_on", "asserted_at")
        about = who.get(row["person_id"])
        return [*(row[name] for name in names), about, row["verdict"]]

    people = [
        [who[row["id"]], row["given_name"], row["family_name"], row["email"]]
        for row in office.rows("person", merged_into_id=None)
    ]
    wanted = [row for row in office.rows("case_line") if row["state"] != "cancelled"]
    tasks = [row for row in office.rows("task") if row["closed_at"] is None]
    found: dict[str, list[list[object]]] = {
        "people": people,
        "employments": [employed(row) for row in works.values() if _lasts(row)],
        "placements": [placed(row) for row in office.rows("placement") if _lasts(row)],
        "cases": [opened(row) for row in cases.values() if row["state"] == "open"],
        "lines": [line(row) for row in wanted],
        "verdicts": [verdict(row) for row in office.rows("hr_event")],
        "tasks": [[row["kind"], who.get(row["person_id"])] for row in tasks],
    }
    return {name: sorted(map(str, rows)) for name, rows in found.items()}


def _lasts(row: Row) -> bool:
    return row["valid_to"] is None or bool(row["valid_to"] > row["valid_from"])


def _names(office: Office) -> dict[int | None, str]:
    """Return persons by all the names that systems of HR have for them."""
    found: dict[int | None, list[str]] = {}
    for row in office.rows("hr_identity"):
        name = f"{row['source']}:{row['employee_id']}"
        found.setdefault(row["person_id"], []).append(name)
    return {number: " ".join(sorted(names)) for number, names in found.items()}
