"""PIN and PUK of SIMs, in the vault. Imports `vault` and `estate`.

They are shown by an own right, and each time is a row of the audit trail with the
reason that was given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.storage.rows import get
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.card_numbers import code_of
from inventory.telecom.estate.tables import SimCard
from inventory.vault import kept_secrets
from inventory.vault.envelope import Key

CODES = ("pin1", "puk1", "pin2", "puk2")


def subject_of(sim_id: int) -> str:
    """Return the name under which the vault keeps the codes of a SIM."""
    return f"sim:{sim_id}"


def keep_codes(
    work: UnitOfWork, masters: Sequence[Key], sim_id: int, codes: Mapping[str, str]
) -> None:
    """Seal PIN and PUK of a SIM; the audit trail says which, never what.

    Raises:
        NotFound: There is no such SIM.
        Invalid: One has not 4 to 8 digits, or none is given.
        VaultError: The vault cannot be opened with these keys.
    """
    get(work.connection, SimCard, sim_id, lock=True)
    hidden = {name: code_of(text, name) for name, text in codes.items() if text}
    if not hidden:
        raise Invalid(N_("No code is given."), where="pin1")
    kept_secrets.keep(work, masters, subject_of(sim_id), hidden)
    kept = {"codes": sorted(hidden)}
    work.audit("telecom_sim", sim_id, "keep-codes", None, kept)


def show_codes(
    work: UnitOfWork, masters: Sequence[Key], sim_id: int, reason: str
) -> dict[str, str]:
    """Return PIN and PUK of a SIM, and note who saw them and why.

    Raises:
        NotFound: None are kept.
        Invalid: It is not said why.
        VaultError: The vault cannot be opened with these keys.
    """
    if not reason.strip():
        raise Invalid(N_("Say why."), where="reason")
    sim = get(work.connection, SimCard, sim_id)
    found = kept_secrets.opened(work.connection, masters, subject_of(sim_id))
    if found is None:
        raise NotFound(
            N_("No PIN or PUK of SIM {iccid} is kept."),
            remedy=N_("Enter them from the card or ask the provider."),
            iccid=sim["iccid"],
        )
    shown = {"reason": reason.strip(), "codes": sorted(found)}
    work.audit("telecom_sim", sim_id, "show-codes", None, shown)
    return found
