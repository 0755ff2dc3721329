"""Computers by one read-only script; the parsers of its answer are pure.

* `bsd.py`: A FreeBSD, OpenBSD, NetBSD or DragonFly machine out of its transcript.
* `cim.py`: Rows of CIM classes as PowerShell prints them
* `darwin.py`: A Mac out of the transcript of its script
* `disks.py`: Disks out of sysfs, udev and smartctl.
* `dmi.py`: SMBIOS
* `edid.py`: Monitors out of their EDID, the 128 bytes a screen sends to the graphics
  card.
* `linux.py`: A Linux machine out of the transcript of its script.
* `network_cards.py`: Network cards and addresses out of `ip`, `ifconfig` and sysfs.
* `packages.py`: Installed software out of what package managers print.
* `processors.py`: Processors out of /proc/cpuinfo, joined with what the firmware
  says.
* `raid_disks.py`: Disks behind RAID controllers, out of the controllers' own tools.
* `read.py`: What to run on a computer
* `sections.py`: The transcript that the inventory scripts print, taken apart.
* `windows.py`: A Windows machine out of the transcript of its script
* `windows_state.py`: What state a Windows machine is in
"""
