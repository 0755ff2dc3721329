"""Items above the kit: somebody asks, somebody else approves."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.assets.register.registration import check_kind
from inventory.hr.cases.case_records import add_line, lines_of, settle_case
from inventory.hr.cases.telecom_lines import KINDS
from inventory.hr.context import CaseContext
from inventory.kernel.errors import NotAllowed
from inventory.kernel.money import Money
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.storage.rows import Row, get


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """Something above the kit.

    Attributes:
        models: That do, the best first; none for any.
        tracked: It is an asset of the register, or a telecom line.
    """

    item: str
    kind: str
    models: tuple[str, ...] = ()
    tracked: bool = True
    benefit: bool = False
    cost: Money | None = None


def request_extra(context: CaseContext, case_id: int, extra: Extra) -> Row:
    """Add an item to a case; it waits for approval; return the line.

    Raises:
        NotFound: There is no such case.
        NotAllowed: The case gives nothing, or is over.
        Invalid: There is no such kind of asset.
    """
    context.lock_cases()
    case = get(context.connection, ProvisioningCase, case_id, lock=True)
    if case["kind"] not in ("joining", "moving") or case["state"] == "cancelled":
        raise NotAllowed(
            N_("A case of {kind} that is {state} gives nothing."),
            remedy=N_("Ask in the case of the hire or of the move."),
            kind=case["kind"],
            state=case["state"],
        )
    if extra.tracked and extra.kind not in KINDS:
        check_kind(extra.kind)
    number = sum(
        line["slot"].startswith("extra:") for line in lines_of(context, case_id)
    )
    values: Row = {
        "slot": f"extra:{number + 1}",
        "action": "provide",
        "item": extra.item,
        "kind": extra.kind,
        "requested_models": list(extra.models),
        "tracked": extra.tracked,
        "benefit": extra.benefit,
        "state": "proposed",
    }
    if extra.cost is not None:
        values |= {"cost_minor": extra.cost.minor, "currency": extra.cost.currency}
    line = add_line(
        context,
        case,
        values,
        note=Said(N_("asked for by {actor}"), actor=context.work.actor),
    )
    settle_case(context, case_id, cancelled=False, over=False)  # open again
    return line
