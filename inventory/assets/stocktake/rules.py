"""What a stock-take found, and what follows from it. Pure.

Expected things are found, misplaced or missing; a label that names nothing is
unknown. What was seen outweighs what was said, and what was said outweighs the
network: a device that answered is somewhere, but nobody knows where.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

COUNTED_STATES = frozenset("in_stock reserved prepared in_use due_back retired".split())
"""States of things that should be here; others are on their way, away or gone."""

LOST_STATES = frozenset(("lost", "stolen"))


class CountOutcome(StrEnum):
    """What became of a thing."""

    FOUND = "found"
    MISPLACED = "misplaced"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ExpectedItem:
    """What is expected: an asset, where it should be, who has it."""

    asset_id: int
    location_id: int | None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class LabelScan:
    """What was seen or said, in the order of time.

    Attributes:
        text: As it was scanned.
        asset_id: What it names; None for nothing registered.
        location_id: Where; None if that was not said.
        how: wedge, camera, hand, person or network.
        denied: Who should have it says that he has not.
    """

    text: str
    asset_id: int | None
    location_id: int | None
    how: str
    denied: bool = False


@dataclass(frozen=True, slots=True)
class CountResult:
    """The outcome of one thing.

    Attributes:
        expected: It was expected; else it turned up.
        location_id: Where it was seen; None if not said.
        how: How it was seen; empty if it was not.
        denied: Somebody says that he does not have it.
    """

    outcome: CountOutcome
    asset_id: int | None
    text: str
    expected: bool
    location_id: int | None = None
    how: str = ""
    denied: bool = False


def tag_on_label(text: str) -> str:
    """Return the tag on a label: of an address `.../a/<tag>` its last part."""
    text = text.strip()
    parts = urlsplit(text)
    if parts.scheme in ("http", "https") and "/a/" in parts.path:
        return unquote(parts.path.rpartition("/a/")[2])
    return text


def count_results(
    items: Iterable[ExpectedItem],
    scans: Sequence[LabelScan],
    *,
    homes: Mapping[int, int | None],
    inside: Mapping[int, Collection[int]],
    on_network: Collection[int] = (),
) -> list[CountResult]:
    """Return the outcome of everything that was expected or turned up.

    Args:
        items: What is expected.
        scans: What was seen and said, the oldest first.
        homes: Where assets that turned up should be.
        inside: Place -> itself and all places it lies in.
        on_network: Assets whose device answered lately.
    """
    of_asset: dict[int, list[LabelScan]] = defaultdict(list)
    unknown: dict[str, LabelScan] = {}
    for scan in scans:
        if scan.asset_id is None:
            unknown.setdefault(scan.text.casefold(), scan)
        else:
            of_asset[scan.asset_id].append(scan)
    counted = [
        _result_of_item(item, of_asset.pop(item.asset_id, []), inside, on_network)
        for item in items
    ]
    for asset_id, own_scans in of_asset.items():
        seen = _latest_sighting(own_scans)
        if seen is not None:
            item = ExpectedItem(asset_id, homes.get(asset_id))
            counted.append(_result_of_scan(item, seen, inside, expected=False))
    counted += [
        CountResult(
            CountOutcome.UNKNOWN, None, one.text, False, one.location_id, one.how
        )
        for one in unknown.values()
    ]
    return counted


def _result_of_item(
    item: ExpectedItem,
    scans: Sequence[LabelScan],
    inside: Mapping[int, Collection[int]],
    on_network: Collection[int],
) -> CountResult:
    seen = _latest_sighting(scans)
    if seen is not None:
        return _result_of_scan(item, seen, inside, expected=True)
    denied = any(one.denied for one in scans)
    if item.asset_id in on_network and not denied:
        how = "network"
        return CountResult(CountOutcome.FOUND, item.asset_id, "", True, None, how)
    return CountResult(CountOutcome.MISSING, item.asset_id, "", True, denied=denied)


def _result_of_scan(
    item: ExpectedItem,
    scan: LabelScan,
    inside: Mapping[int, Collection[int]],
    *,
    expected: bool,
) -> CountResult:
    place = scan.location_id
    # Who carries a thing may be anywhere with it.
    elsewhere = (
        item.person_id is None
        and place is not None
        and item.location_id is not None
        and item.location_id not in inside.get(place, (place,))
        and place not in inside.get(item.location_id, (item.location_id,))
    )
    return CountResult(
        CountOutcome.MISPLACED if elsewhere else CountOutcome.FOUND,
        item.asset_id,
        scan.text,
        expected,
        place,
        scan.how,
    )


def _latest_sighting(scans: Sequence[LabelScan]) -> LabelScan | None:
    """Return the last that says where; else the last of those who saw it."""
    seen = [one for one in scans if not one.denied]
    placed = [one for one in seen if one.location_id is not None]
    return (placed or seen or [None])[-1]  # type: ignore[list-item]


@dataclass(frozen=True, slots=True)
class CorrectionProposal:
    """A change of the register that follows from a result.

    Attributes:
        kind: move, lose, find or register.
    """

    kind: str
    asset_id: int | None
    location_id: int | None = None
    text: str = ""


def propose_corrections(
    results: Iterable[CountResult], states: Mapping[int, str], losable: Collection[str]
) -> list[CorrectionProposal]:
    """Return what to change in the register so that it says what was found.

    Args:
        results: Results.
        states: State of each asset now.
        losable: States from which something can be lost.
    """
    proposals: list[CorrectionProposal] = []
    for one in results:
        state = states.get(one.asset_id or 0, "")
        if one.outcome is CountOutcome.UNKNOWN:
            proposals.append(
                CorrectionProposal("register", None, one.location_id, one.text)
            )
        elif one.outcome is CountOutcome.MISSING and state in losable:
            proposals.append(CorrectionProposal("lose", one.asset_id))
        elif one.outcome is not CountOutcome.MISSING and state in LOST_STATES:
            proposals.append(CorrectionProposal("find", one.asset_id, one.location_id))
        elif one.outcome is CountOutcome.MISPLACED:
            proposals.append(CorrectionProposal("move", one.asset_id, one.location_id))
    return proposals
