"""Computers by one read-only script; the parsers of its answer are pure.

* `bsd.py`: A FreeBSD, OpenBSD, NetBSD or DragonFly machine out of its transcript.
* `cim.py`: Rows of CIM classes as PowerShell prints them: JSON, one object a line.
* `darwin.py`: A Mac out of the transcript of its script: property lists of
  system_profiler.
* `disks.py`: Disks out of sysfs, udev and smartctl; filesystems and USB devices.
* `dmi.py`: SMBIOS: the maker's data in the firmware of a PC, from dmidecode or sysfs.
* `edid.py`: Monitors out of their EDID, the 128 bytes a screen sends to the graphics
  card.
* `linux.py`: A Linux machine out of the transcript of its script.
* `network_cards.py`: Network cards and addresses out of `ip`, `ifconfig` and sysfs.
* `packages.py`: Installed software out of what package managers print.
* `processors.py`: Processors out of /proc/cpuinfo, joined with what the firmware says.
* `raid_disks.py`: Disks behind RAID controllers, out of the controllers' own tools.
* `read.py`: What to run on a computer: the entry point of discovery for shells.
* `sections.py`: The transcript that the inventory scripts print, taken apart.
* `unix.py`: AIX, HP-UX and Solaris out of the transcripts of their scripts.
* `windows.py`: A Windows machine out of the transcript of its script: CIM classes as
  JSON.
* `windows_state.py`: What state a Windows machine is in: disk health, encryption,
  protection.

`read.py` is the entry point of discovery.
"""
