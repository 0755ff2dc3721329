"""The SSH server of a device, by its model: a computer's shell or a console."""

from __future__ import annotations

from collectors.office.cabling import Scene
from collectors.office.settings import Plan
from collectors.office.shells.cisco import CiscoSwitch
from collectors.office.shells.consoles import Console
from collectors.office.shells.keys import host_key
from collectors.office.shells.linux import LinuxShell
from collectors.office.shells.machine import LinuxMachine
from collectors.office.shells.ssh import Terminal


def terminal_of(scene: Scene, key: str, plan: Plan) -> Terminal:
    """Return the SSH server of a device; one without accounts refuses everybody."""
    device, model = scene.device(key), scene.model(key)
    known = [plan.ssh[name] for name in device.ssh]
    accounts = {a.user: a.password.get_secret_value() for a in known if a.password}
    shell = console = None
    if model.shell == "linux":
        machine = LinuxMachine(scene, key, device.uptime)
        shell = LinuxShell(machine, next(iter(accounts), "root"))
    else:
        switch = CiscoSwitch(scene, key, device.uptime)
        console = Console(scene.name(key), switch.commands)
    return Terminal(
        accounts, host_key(device.serial or key), model.banner, shell, console
    )
