"""What an act is carried out on, as its form knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.http.actions import Act
from api.resources.resource import Resource
from inventory.kernel.texts import N_


@dataclass(frozen=True, slots=True)
class Target:
    """What an act is carried out on.

    Attributes:
        resource: Whose act it is.
        act: The act.
        ids: Of the things; empty for the list and for what is made.
        row: The thing, if it is one.
        etag: The version the form was drawn from; empty without.
        asked: Where to go afterwards, as a page of this site asked.
        fixed: Fields that are known, and not asked for.
        left_out: Fields that are neither known nor asked for.
        called: Heading, if not that of the act.
        at: Path its form is sent to, if not that of the act.
        titles: Labels of fields, if not their own.
        matching: Filters that chose the things, as an address has them.
    """

    resource: Resource[Any]
    act: Act
    ids: Sequence[int] = ()
    row: Mapping[str, Any] | None = None
    etag: str = ""
    asked: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    left_out: Sequence[str] = ()
    called: str = ""
    at: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    matching: str = ""

    @property
    def home(self) -> str:
        """The path of the page to go back to."""
        return self.asked or self.back

    @property
    def back(self) -> str:
        """The path of the page it is about."""
        if self.row is not None:
            return self.resource.path(self.row) or (
                f"/{self.resource.name}/{self.row['id']}"
            )
        return f"/{self.resource.name}"

    @property
    def action(self) -> str:
        """The path its form is sent to."""
        if self.at:
            return self.at
        if self.row is not None:
            return f"{self.back}/{self.act.verb}"
        if self.ids:
            return f"{self.back}/selected"
        return f"{self.back}/{'new' if self.act.verb == 'create' else self.act.verb}"

    @property
    def heading(self) -> str:
        """What it is, in English, with `{...}` from the row."""
        if self.called or self.act.title:
            return self.called or self.act.title
        if self.act.verb == "create":
            return N_("New entry")
        return self.act.verb.replace("-", " ").capitalize()
