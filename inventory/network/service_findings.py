"""What a person should look at among the services of devices. Pure.

No vulnerability scanner: only what protocols say of themselves, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from inventory.kernel.texts import N_

SOON = timedelta(days=30)
"""How long before its end a certificate is worth a look."""

CERTIFICATE_ENDED = N_("certificate-ended")
CERTIFICATE_ENDS = N_("certificate-ends-soon")
SMB_1 = N_("smb1-spoken")
TELNET = N_("telnet-open")
UNKNOWN = N_("unknown-device")
"""Kinds of findings. SMB 1 has no integrity, Telnet sends passwords in the clear."""
_BY_PROTOCOL = {"smb1": SMB_1, "telnet": TELNET}


def findings(service: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """Yield the kinds of findings about a row of `device_service`."""
    if kind := _BY_PROTOCOL.get(service["protocol"]):
        yield kind
    end = service["not_after"]
    if end is not None and end < now:
        yield CERTIFICATE_ENDED
    elif end is not None and end < now + SOON:
        yield CERTIFICATE_ENDS
