"""Settings to telephone systems. Heavy libraries are loaded when they are read."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from collectors.pbx.facts import PbxReading
from collectors.pbx.source import PbxSource
from inventory.errors import Invalid
from inventory.storage.work import Clock

if TYPE_CHECKING:
    from config.settings import Settings
    from discovery.switchboards import Switchboards


def sources_of(settings: Settings, names: Sequence[str] = ()) -> tuple[PbxSource, ...]:
    """Return the telephone systems of the settings, or those that are named.

    Raises:
        Invalid: There is none of that name.
    """
    only_site = settings.sites[0].name if len(settings.sites) == 1 else ""
    known = {each.name: each for each in settings.pbx}
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
            raise Invalid(
                f"There is no telephone system {name!r}.",
                where="pbx",
                remedy=f"Did you mean {close[0]}?"
                if close
                else "Add it to [[pbx]] in purser.toml.",
            )
    same = "name kind host port verify user secret tenant path region".split()
    return tuple(
        PbxSource(
            **{field: getattr(each, field) for field in same},
            tls=each.speaks_tls,
            ca_file=str(each.ca_file) if each.ca_file else None,
            site=each.site or only_site,
        )
        for name, each in known.items()
        if not names or name in names
    )


def switchboards_of(
    settings: Settings, clock: Clock, names: Sequence[str] = ()
) -> Switchboards:
    """Return the telephone systems with what reads them; raises as `sources_of`."""
    from discovery.switchboards import Switchboards

    return Switchboards(sources_of(settings, names), partial(_read, clock))


async def _read(clock: Clock, source: PbxSource) -> PbxReading:
    from collectors.pbx.read import read_pbx

    return await read_pbx(source, clock())
