"""Which phones of a Cisco CUCM are registered, by RISPort70 `selectCmDevice`.

One request names up to 1,000 devices and 15 requests a minute are allowed for a whole
cluster, so phones are asked for by name in thousands and the pace is kept.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from collectors.bounded_xml import child_text
from collectors.errors import Malformed
from collectors.pbx.cucm import soap
from collectors.pbx.http import Http, checked
from collectors.pbx.phone_identity import address_of
from collectors.sentences import N_

PATH = "/realtimeservice2/services/RISService70"
NAMES = 1_000
"""Devices in one request; 2,000 are allowed from version 14 on, 1,000 everywhere."""

PER_MINUTE = 15
WINDOW = 60.0
MAX_TRIES = 3

_NAMESPACE = "http://schemas.cisco.com/ast/soap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A device as one node of the cluster sees it.

    Attributes:
        numbers: Directory numbers that are registered.
        at: Seconds since 1970 of its last change there.
    """

    name: str
    status: str = ""
    ip: str | None = None
    load: str | None = None
    user: str | None = None
    numbers: tuple[str, ...] = ()
    at: int = 0

    @property
    def registered(self) -> bool:
        """Whether the node has it registered now."""
        return self.status.lower() == "registered"


class Rate:
    """So many in a window and no more.

    Args:
        clock: Monotonic seconds.
        sleep: Waits.
        count: How many.
        window: In how many seconds.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        count: int = PER_MINUTE,
        window: float = WINDOW,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._window = window
        self._sent: deque[float] = deque(maxlen=count)

    async def turn(self) -> None:
        """Wait until one more is allowed."""
        if len(self._sent) == self._sent.maxlen:
            left = self._sent[0] + self._window - self._clock()
            if left > 0:
                await self._sleep(left)
        self._sent.append(self._clock())

    async def pause(self) -> None:
        """Wait a whole window: somebody else asks as well."""
        await self._sleep(self._window)


async def live_phones(
    http: Http, names: Sequence[str], rate: Rate, *, at_once: int = NAMES
) -> dict[str, Live]:
    """Return the state of phones by name; those no node knows are left out.

    Args:
        http: A client with the account.
        names: Device names.
        rate: Of this cluster.
        at_once: Names in one request.

    Raises:
        CollectError: No answer, no right, or others use up the rate.
    """
    found: list[Live] = []
    for start in range(0, len(names), at_once):
        some = names[start : start + at_once]
        for attempt in range(MAX_TRIES):
            await rate.turn()
            try:
                found += parse_devices(await _ask(http, some))
                break
            except soap.RateExceeded:
                if attempt + 1 == MAX_TRIES:
                    raise
                await rate.pause()
    return newest(found)


async def _ask(http: Http, names: Sequence[str]) -> Element:
    items = "".join(
        f"<ns:item><ns:Item>{escape(name)}</ns:Item></ns:item>" for name in names
    )
    body = (
        "<ns:selectCmDevice><ns:StateInfo></ns:StateInfo><ns:CmSelectionCriteria>"
        f"<ns:MaxReturnedDevices>{NAMES}</ns:MaxReturnedDevices>"
        "<ns:DeviceClass>Phone</ns:DeviceClass><ns:Model>255</ns:Model>"
        "<ns:Status>Any</ns:Status><ns:NodeName></ns:NodeName>"
        f"<ns:SelectBy>Name</ns:SelectBy><ns:SelectItems>{items}</ns:SelectItems>"
        "<ns:Protocol>Any</ns:Protocol><ns:DownloadStatus>Any</ns:DownloadStatus>"
        "</ns:CmSelectionCriteria></ns:selectCmDevice>"
    )
    reply = await http.send(
        "POST",
        PATH,
        headers={"Content-Type": "text/xml", "SOAPAction": "selectCmDevice"},
        content=soap.envelope(_NAMESPACE, body),
    )
    if reply.status != 500:
        checked(reply, PATH)
    return soap.body_of(reply.body, "selectCmDevice")


def parse_devices(answer: Element) -> list[Live]:
    """Return the devices of all nodes in an answer.

    Raises:
        Malformed: There is no result in it.
    """
    result = next(answer.iter("SelectCmDeviceResult"), None)
    if result is None:
        raise Malformed(N_("selectCmDevice: no result in the answer"))
    return [
        _device(item)
        for devices in result.iter("CmDevices")
        for item in devices.findall("item")
        if child_text(item, "Name")
    ]


def _device(item: Element) -> Live:
    addresses = (child_text(a, "IP") for a in item.findall("IPAddress/item"))
    first = next((ip for ip in map(address_of, addresses) if ip), None)
    lines = item.findall("LinesStatus/item")
    line_states = [
        (child_text(n, "DirectoryNumber"), child_text(n, "Status")) for n in lines
    ]
    if not line_states:
        line_states = [
            _split(part) for part in (child_text(item, "DirNumber") or "").split(",")
        ]
    stamp = child_text(item, "TimeStamp") or ""
    return Live(
        name=child_text(item, "Name") or "",
        status=child_text(item, "Status") or "",
        ip=first or address_of(child_text(item, "IpAddress")),
        load=child_text(item, "ActiveLoadID"),
        user=child_text(item, "LoginUserId"),
        numbers=tuple(n for n, status in line_states if n and status == "Registered"),
        at=int(stamp) if stamp.isdigit() else 0,
    )


def _split(text: str) -> tuple[str | None, str | None]:
    number, dash, status = text.strip().rpartition("-")
    return (number, status) if dash else (text.strip() or None, "Registered")


def newest(found: Iterable[Live]) -> dict[str, Live]:
    """Return one state per device: registered before not, then the newest.

    After a fail-over several nodes tell of one phone.
    """
    best: dict[str, Live] = {}
    for each in found:
        old = best.get(each.name)
        if old is None or (each.registered, each.at) > (old.registered, old.at):
            best[each.name] = each
    return best
