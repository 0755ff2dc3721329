"""What state a Windows machine is in: disk health, encryption, protection. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from collectors.facts import Clue, Problem, Reason
from collectors.sentences import N_
from collectors.ssh.computers.cim import Row, first, rows, text, whole
from collectors.ssh.computers.sections import Sections, pairs

_BUSES = {3: "ata", 7: "usb", 8: "raid", 10: "sas", 11: "sata", 12: "sd", 17: "nvme"}
_MEDIA = {3: "hdd", 4: "ssd", 5: "scm"}
_HEALTH = {0: "OK", 1: "warning", 2: "failing"}
"""Of MSFT_PhysicalDisk (Windows Storage Management API)."""

_HOSTS = {
    "vmms": "hyper-v",
    "docker": "docker",
    "com.docker.service": "docker",
    "containerd": "containerd",
    "vmwarehostd": "vmware",
}


def health_of(sections: Sections) -> dict[str, str]:
    """Return the number of a disk -> its bus, kind and health, such as `nvme ssd`."""
    found = {}
    for row in rows(sections, "MSFT_PhysicalDisk"):
        words = [
            _BUSES.get(whole(row, "BusType") or 0, ""),
            _MEDIA.get(whole(row, "MediaType") or 0, ""),
        ]
        parts = [" ".join(filter(None, words))]
        health = whole(row, "HealthStatus")
        if health in _HEALTH:
            parts.append(f"health {_HEALTH[health]}")
        found[str(row.get("DeviceId"))] = ", ".join(filter(None, parts))
    return found


def clues_of(sections: Sections) -> Iterator[Clue]:
    """Yield family, release, domain, encryption, protection and what it hosts."""
    yield Clue("os-family", "windows", "Win32_OperatingSystem")
    if name := _release(sections):
        yield Clue("os-release", name, "Win32_OperatingSystem.Caption")
    if domain := text(first(sections, "Win32_ComputerSystem"), "Domain"):
        yield Clue("domain", domain, "Win32_ComputerSystem.Domain")
    for row in rows(sections, "Win32_EncryptableVolume"):
        if whole(row, "ProtectionStatus") == 1:
            drive = text(row, "DriveLetter") or "BitLocker"
            yield Clue(
                "disk-encryption", f"BitLocker {drive}", "Win32_EncryptableVolume"
            )
    yield from _protection(sections)
    for row in rows(sections, "services"):
        host = _HOSTS.get((text(row, "Name") or "").lower())
        if host and text(row, "State") == "Running":
            yield Clue("virtualisation-host", host, "Get-Service")


def _release(sections: Sections) -> str | None:
    caption = text(first(sections, "Win32_OperatingSystem"), "Caption")
    row = first(sections, "release")
    number = text(row, "DisplayVersion") or text(row, "ReleaseId")
    return f"{caption} {number}" if caption and number else caption


def _protection(sections: Sections) -> Iterator[Clue]:
    """Yield scanners against malware; servers have no list of them, only Defender."""
    listed = rows(sections, "AntiVirusProduct")
    for row in listed:
        if name := text(row, "displayName"):
            yield Clue("antivirus", name, "AntiVirusProduct.displayName")
            if state := _state(row):
                yield Clue(
                    "antivirus-state",
                    f"{name}: {state}",
                    "AntiVirusProduct.productState",
                )
    row = first(sections, "defender")
    if not listed and row.get("AMServiceEnabled") is True:
        name = "Windows Defender"
        yield Clue("antivirus", name, "Get-MpComputerStatus")
        on = row.get("RealTimeProtectionEnabled") is True
        age = whole(row, "AntivirusSignatureAge")
        fresh = "" if age is None else f", signatures {age} days old"
        state = f"{name}: {'on' if on else 'off'}{fresh}"
        yield Clue("antivirus-state", state, "Get-MpComputerStatus")


def _state(row: Row) -> str | None:
    """Read productState.

    Bits 12-15 are 1 where it is on, bits 4-7 are 0 where its signatures are current.
    """
    state = whole(row, "productState")
    if state is None:
        return None
    on = "on" if (state >> 12) & 0xF == 1 else "off"
    return f"{on}, {'outdated' if (state >> 4) & 0xF else 'up to date'}"


_GUESTS = (
    ("vmware", "vmware"),
    ("virtualbox", "oracle"),
    ("virtual machine", "microsoft"),
    ("kvm", "kvm"),
    ("qemu", "qemu"),
    ("standard pc", "qemu"),
    ("hvm domu", "xen"),
    ("parallels", "parallels"),
)
"""Word of maker and model -> hypervisor, in the words of systemd-detect-virt."""


def hypervisor_of(computer: Row) -> str | None:
    """Return the hypervisor under the machine.

    `HypervisorPresent` is also true on the host itself, so it tells nothing.
    """
    product = f"{text(computer, 'Manufacturer')} {text(computer, 'Model')}".lower()
    return next((name for word, name in _GUESTS if word in product), None)


def without_rights(sections: Sections) -> list[Problem]:
    """Return what an administrator would see beyond this account."""
    is_admin = pairs(sections.get("identity", "")).get("admin", "True")
    if is_admin.lower() == "true":
        return []
    detail = N_("an administrator would add: BitLocker, serial numbers of some disks")
    return [Problem("ssh:rights", Reason.AUTH_FAILED, detail)]
