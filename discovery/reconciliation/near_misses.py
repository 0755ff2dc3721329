"""Serial numbers that are almost the same: read wrongly, or typed wrongly. Pure.

A hint for a person, never a match.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from discovery.reconciliation.records import OwnedAsset, SeenDevice

SHORTEST = 6
"""Characters below which one other character is another serial number."""
MOST = 50
"""Serials with the same end: of a series that long, the end says nothing."""

_ALIKE = str.maketrans("OQDILSBZG", "000115826")
"""Letters and the digits they are taken for on labels and by scanners."""


class NearMisses:
    """Finds the asset whose serial number is almost a device's.

    Args:
        assets: Those that no device was found for.
    """

    def __init__(self, assets: Iterable[OwnedAsset]) -> None:
        self._same_letters: dict[str, list[OwnedAsset]] = defaultdict(list)
        self._same_end: dict[str, list[OwnedAsset]] = defaultdict(list)
        for asset in assets:
            serial = asset.serial or ""
            if len(serial) >= SHORTEST:
                self._same_letters[_letters(serial)].append(asset)
                for end in _ends(serial):
                    self._same_end[end].append(asset)

    def of(self, device: SeenDevice) -> OwnedAsset | None:
        """Return the one asset that could be meant; None for none or several."""
        found: dict[int, OwnedAsset] = {}
        for serial in device.serials:
            if len(serial) < SHORTEST:
                continue
            near = list(self._same_letters.get(_letters(serial), ()))
            for end in _ends(serial):
                same = self._same_end.get(end, ())
                near += same if len(same) <= MOST else ()
            for asset in near:
                if almost_same(serial, asset.serial or ""):
                    found[asset.id] = asset
        return next(iter(found.values())) if len(found) == 1 else None


def _letters(serial: str) -> str:
    return "".join(sorted(serial.translate(_ALIKE)))


def _ends(serial: str) -> tuple[str, ...]:
    """Return what stays of it at either end if one character of the rest is wrong.

    In two lengths, for the other serial may be longer or shorter by one.
    """
    half = SHORTEST // 2
    return (
        "^" + serial[:-half],
        "^" + serial[: -half - 1],
        "$" + serial[half:],
        "$" + serial[half + 1 :],
    )


def almost_same(a: str, b: str) -> bool:
    """Whether two serials differ by what is easily mistaken.

    Letters taken for digits, two neighbours changed round, or one character that is
    missing, too much or another one.
    """
    if a == b:
        return False
    plain, other = a.translate(_ALIKE), b.translate(_ALIKE)
    if plain == other:
        return True
    if len(a) == len(b):
        wrong = [
            n
            for n, pair in enumerate(zip(plain, other, strict=True))
            if len(set(pair)) > 1
        ]
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
            first, second = wrong
            return plain[first] == other[second] and plain[second] == other[first]
        return len(wrong) == 1
    short, long = sorted((plain, other), key=len)
    gaps = (long[:n] + long[n + 1 :] for n in range(len(long)))
    return len(long) - len(short) == 1 and short in gaps
