"""What sections of the settings have in common: ports, paths, networks. Pure."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Port = Annotated[int, Field(ge=1, le=65535)]
_RANGE = re.compile(r"^(?P<first>[0-9a-fA-F.:]+)-(?P<last>[0-9a-fA-F.:]+)$")


def _network(text: str) -> str:
    """Accept an address, a CIDR network or `first-last`; return it unchanged."""
    parts = _RANGE.match(text)
    if parts:
        last = parts["last"]
        if "." not in last and ":" not in last:
            last = f"{parts['first'].rpartition('.')[0]}.{last}"
        first, end = ipaddress.ip_address(parts["first"]), ipaddress.ip_address(last)
        if first.version != end.version or int(first) > int(end):
            raise ValueError(f"{text} is not a range from a lower to a higher address")
        return text
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        hint = ""
        if "host bits" in str(error):
            hint = f"; write {ipaddress.ip_network(text, strict=False)}"
        raise ValueError(f"{text} is not a network or a range{hint}") from None
    return text


UserPath = Annotated[Path, AfterValidator(Path.expanduser)]
NetworkText = Annotated[str, AfterValidator(_network)]


class Section(BaseModel):
    """Base of all sections: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
