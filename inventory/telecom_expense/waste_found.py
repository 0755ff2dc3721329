"""What is paid for nobody: the kinds of it, and one that was found. Pure."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import date

from inventory.storage.rows import Row

NOBODY = "billed-for-nobody"
LEAVER = "line-of-leaver"
NO_USAGE = "no-usage"
NO_SIM = "line-without-sim"
LOOSE_SIM = "sim-without-line"
IDLE_SIM = "sim-without-device"
STRANGE_SIM = "sim-not-in-inventory"
UNEXPECTED_SIM = "sim-in-unexpected-use"
UNUSED_RANGE = "range-unused"
IDLE_NUMBER = "number-unused"
IDLE_EXTENSION = "extension-unused"
LOST_PHONE = "phone-not-seen"
NO_ACCOUNT: Row = {"number": "", "currency": ""}


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is paid for nobody.

    Attributes:
        account: Of the provider; `NO_ACCOUNT` for what no invoice bills by itself.
        monthly: What it costs this month, net minor units.
        since: Since when, as far as it is known.
        person_id: Who had it last, or has it and left.
    """

    kind: str
    about: str
    _: KW_ONLY
    line_id: int | None = None
    account: Row = field(default_factory=lambda: NO_ACCOUNT)
    contract_id: int | None = None
    monthly: int = 0
    since: date | None = None
    person_id: int | None = None
