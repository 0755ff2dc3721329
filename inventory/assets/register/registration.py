"""What is said about an asset when it is registered.

Checked here, because table rows check nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ConfigDict
from sqlmodel import Field

from inventory.assets.register.details import AssetDetails
from inventory.assets.register.lifecycle import KINDS
from inventory.kernel.errors import Invalid
from inventory.kernel.money import Money
from inventory.kernel.texts import N_

_NOT_SERIAL = frozenset(
    "0 NA NONE NULL UNKNOWN DEFAULT DEFAULTSTRING NOTSPECIFIED NOTAVAILABLE "
    "TOBEFILLEDBYOEM SYSTEMSERIALNUMBER SERIALNUMBER XXXXXXXX 123456789".split()
)
"""What machines and people write when they have no serial."""

_NO_WORD = re.compile(r"[^0-9A-Z]")


class NewAsset(AssetDetails):
    """An asset to register.

    Attributes:
        tag: Inventory number; empty takes the next of the series.
        kind: One of `lifecycle.KINDS`.
        manufacturer: Name, in any spelling that is known as an alias.
        serial: As on the label.
        state: Lifecycle state it is in.
        since: Day it went into that state.
        category_id: Group it belongs to; what it says counts where this says nothing.
        fields: Anything else, by name.

    Raises:
        Invalid: The kind is not one, the tag cannot be printed, or the cost is below
            zero.
    """

    # What `SQLModelConfig` leaves out, pydantic understands.
    model_config = ConfigDict(frozen=True, extra="forbid")  # type: ignore[assignment]

    kind: str
    since: date
    tag: str = ""
    name: str = ""
    manufacturer: str | None = None
    serial: str | None = None
    category_id: int | None = None
    state: str = "in_stock"
    legal_entity_id: int | None = None
    location_id: int | None = None
    parent_id: int | None = None
    cost: Money | None = None
    fields: Mapping[str, Any] = Field(default_factory=dict)

    def model_post_init(self, _context: object) -> None:
        """Check what its types do not say."""
        check_kind(self.kind)
        check_tag(self.tag)
        if self.cost is not None and self.cost.minor < 0:
            raise Invalid(N_("The cost is below zero."), where="cost")


def check_kind(kind: str) -> str:
    """Return the kind.

    Raises:
        Invalid: It is not one of `lifecycle.KINDS`.
    """
    if kind not in KINDS:
        raise Invalid(
            N_("There is no kind {kind!r}."),
            where="kind",
            remedy=N_("Use one of {kinds}."),
            kind=kind,
            kinds=", ".join(KINDS),
        )
    return kind


def check_tag(tag: str) -> str:
    """Return the tag.

    Raises:
        Invalid: It begins or ends with a space, is too long, or cannot be printed.
    """
    if tag != tag.strip() or len(tag) > 64 or not tag.isprintable():
        raise Invalid(
            N_("The tag {tag!r} cannot be printed on a label."),
            where="tag",
            remedy=N_("Use up to 64 printable characters without spaces around them."),
            tag=tag,
        )
    return tag


def serial_key(serial: str | None) -> str | None:
    """Return what serials are compared by: letters and digits, upper case.

    Returns None for placeholders such as `To be filled by O.E.M.`, which name no
    machine, and would make strangers look the same.
    """
    key = _NO_WORD.sub("", (serial or "").upper())
    if not key or key in _NOT_SERIAL or len(set(key)) == 1:
        return None
    return key


def manufacturer_key(name: str) -> str:
    """Return what manufacturers are compared by: letters and digits, lower case."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def search_text(*parts: str | None) -> str:
    """Return lower-case text for the list to search."""
    return " ".join(part for part in parts if part).casefold()
