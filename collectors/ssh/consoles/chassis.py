"""A network device as a box: who it is, what it is made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from collectors import macs
from collectors.facts import Component, Hardware, OperatingSystem, System
from collectors.ssh.consoles.cells import Cells
from collectors.ssh.consoles.platforms import Platform, Read
from collectors.ssh.consoles.vocabulary import host_of_prompt, part_kind


@dataclass(slots=True)
class Box:
    """Gathers identity and parts while the commands of one device are read."""

    identity: dict[str, str] = field(default_factory=dict)
    _parts: dict[tuple[str | None, ...], Component] = field(default_factory=dict)
    _told_by: dict[str, str] = field(default_factory=dict)
    _members: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def take_identity(self, read: Read, cells: Cells) -> None:
        """Take up a row about the device as a whole."""
        for name in ("hostname", "version", "base_mac", "image", "hardware_rev"):
            if value := cells.first(name):
                self.identity.setdefault(name, value)
        models, serials = cells.many("model"), cells.many("serial")
        if models:
            self.identity.setdefault("model", models[0])
        if serials:
            self.identity.setdefault("serial", serials[0])
        if parts := cells.many("part_number"):
            self.identity.setdefault("part_number", parts[0])
        for position, serial in enumerate(serials):
            model = models[min(position, len(models) - 1)] if models else None
            self._members.setdefault(read.command, {}).setdefault(serial, model)

    def named_by_prompt(self, prompt: str) -> None:
        """Take the host name from the prompt, where no command told it."""
        name = host_of_prompt(prompt)
        if name and "hostname" not in self.identity:
            self.identity["hostname"] = name

    def _stack(self) -> list[Component]:
        """Return the members of a stack: several serials from one command."""
        members = next((m for m in self._members.values() if len(m) > 1), {})
        return [
            Component(
                index=0,
                kind="chassis",
                name=f"member {position}",
                position=position,
                model=model,
                serial=serial,
            )
            for position, (serial, model) in enumerate(members.items(), 1)
        ]

    def take_module(self, read: Read, cells: Cells) -> None:
        """Take up a row about one of its parts."""
        serials, models = cells.many("serial"), cells.many("model")
        for position, serial in enumerate(serials):
            model = models[min(position, len(models) - 1)] if models else None
            self._component(
                read,
                Component(
                    index=0,
                    kind=part_kind(cells.first("name"), cells.first("descr")),
                    name=cells.first("name"),
                    descr=cells.first("descr"),
                    model=model,
                    serial=serial,
                    hardware_rev=cells.first("hardware_rev"),
                    software_rev=cells.first("software_rev"),
                ),
            )

    def _component(self, read: Read, part: Component) -> None:
        """Keep a part; one that another command told of already is known.

        Within one command a serial may come twice: two slots, badly programmed.
        """
        origin = self._told_by.setdefault(part.serial or "", read.command)
        if part.serial is None or origin == read.command:
            self._parts.setdefault((part.serial, part.name, part.model), part)

    def components(self) -> list[Component]:
        """Return the parts, numbered from 1 on; members of a stack come first."""
        stack = self._stack()
        known = {member.serial for member in stack}
        rest = [p for p in self._parts.values() if p.serial not in known]
        return [replace(p, index=i) for i, p in enumerate((*stack, *rest), 1)]

    def system(self) -> System | None:
        """Return name and base MAC."""
        base = macs.from_text(self.identity.get("base_mac", ""))
        name = self.identity.get("hostname")
        return System(name=name, base_mac=base) if name or base else None

    def hardware(self, platform: Platform) -> Hardware | None:
        """Return what the box says of itself."""
        identity = self.identity
        if not (identity.get("model") or identity.get("serial") or platform.vendor):
            return None
        return Hardware(
            manufacturer=platform.vendor,
            model=identity.get("model"),
            part_number=identity.get("part_number"),
            serial=identity.get("serial"),
            hardware_rev=identity.get("hardware_rev"),
            source=f"{platform.name} cli",
        )

    def operating_system(self, platform: Platform) -> OperatingSystem | None:
        """Return the operating system with its version."""
        version, name = self.identity.get("version"), self.identity.get("hostname")
        if not (version or name):
            return None
        return OperatingSystem(name=platform.system, version=version, hostname=name)
