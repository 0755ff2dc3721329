"""An SNMPv2c agent: datagram in, datagram out. Pure.

A wrong community gets no answer, as RFC 3584 has it. A community may show a context
of its own: Cisco's `community@vlan`.
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.office.snmp import ber
from collectors.office.snmp.encoded import EncodedView, answer_pdu

_V2C = 1


class CommunityAgent:
    """Answers for one device.

    Args:
        views: Community -> what it shows.
        size: Largest answer in octets.
    """

    def __init__(self, views: Mapping[bytes, EncodedView], size: int) -> None:
        self._views = views
        self._size = size

    def answer(self, datagram: bytes, elapsed: int) -> bytes | None:
        """Return the answer to a datagram; None where a real agent is silent.

        Args:
            datagram: What came.
            elapsed: Hundredths of a second since the office started.
        """
        try:
            message = ber.Reader(ber.Reader(datagram).expect(ber.SEQUENCE))
            version = message.integer()
            if version != _V2C:
                return None
            community = message.expect(ber.OCTET_STRING)
            view = self._views.get(community)
            if view is None:
                return None
            view.refresh(elapsed)
            pdu = answer_pdu(view, *message.element(), self._size)
        except ber.Broken:
            return None
        if pdu is None:
            return None
        head = ber.tlv(ber.INTEGER, ber.integer(version))
        return ber.tlv(ber.SEQUENCE, head + ber.tlv(ber.OCTET_STRING, community) + pdu)
