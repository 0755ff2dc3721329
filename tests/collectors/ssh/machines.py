"""Transcripts of invented machines, in the form our scripts print them."""

from __future__ import annotations

EDID = bytes.fromhex("00ffffffffffff00") + bytes.fromhex("10ac 40d1 4c373132 0c1f 0104")
"""Head of a Dell monitor's EDID: product d140, number 0x3231374c, week 12 of 2021."""


def edid_block() -> bytes:
    """Return a whole EDID with a serial and a name in its descriptors."""
    serial = b"\0\0\0\xff\0" + b"ABC1234\n     "
    name = b"\0\0\0\xfc\0" + b"DELL U2722D\n "
    head = EDID.ljust(54, b"\0")
    return (head + serial + name).ljust(128, b"\0")


LAPTOP = {
    "identity": (
        "uid=1000\nkernel=Linux\nrelease=6.1.0-25-amd64\n"
        "version=#1 SMP Debian 6.1.106\nmachine=x86_64\nhostname=sari-laptop"
    ),
    "hostkeys": (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHiVLbnPqtgmwKrPJsq7lBKBJLUEwJKyfHRqcFIh"
        " root@sari\nnonsense\nssh-rsa !!!notbase64"
    ),
    "os-release": (
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\n'
        'VERSION_ID="12"\nID=debian'
    ),
    "debian_version": "12.7",
    "uptime": "93784.21 180000.11",
    "dmi": (
        "dmi.sys_vendor=LENOVO\ndmi.product_name=21HDCTO1WW\n"
        "dmi.product_version=ThinkPad T14 Gen 4\ndmi.product_sku=LENOVO_MT_21HD\n"
        "dmi.product_serial!\ndmi.product_uuid!\ndmi.board_serial!\n"
        "dmi.chassis_type=10\ndmi.chassis_serial!\ndmi.chassis_asset_tag=No Asset Tag\n"
        "dmi.bios_vendor=LENOVO\ndmi.bios_version=N3QET36W (1.36 )\n"
        "dmi.bios_date=11/30/2023"
    ),
    "cpuinfo": "".join(
        f"processor\t: {n}\nvendor_id\t: GenuineIntel\n"
        "model name\t: 13th Gen Intel(R) Core(TM) i5-1335U\n"
        "physical id\t: 0\ncpu cores\t: 10\n"
        for n in range(12)
    ),
    "meminfo": "MemTotal:       16006948 kB\nMemFree:         1 kB",
    "block": (
        "nvme0n1.size=1000215216\nnvme0n1.removable=0\nnvme0n1.rotational=0\n"
        "nvme0n1.model=SAMSUNG MZVL2512HCJQ-00BL7             \n"
        "nvme0n1.serial=S64KNX0T412345      \nnvme0n1.firmware_rev=GXA7801Q\n"
        "nvme0n1.path=/sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1\n"
        "sda.size=500118192\nsda.removable=1\nsda.vendor=SanDisk \nsda.model=Fit\n"
        "sda.ID_SERIAL_SHORT=4C531001\nsda.vpd=0080000834433533313030 31\n"
        "dm-0.size=1000000000\ndm-0.uuid=CRYPT-LUKS2-0123-luks"
    ),
    "edid": "card0-eDP-1=zz\ncard0-DP-1=" + edid_block().hex(),
    "lspci": (
        '0000:00:02.0 "VGA compatible controller [0300]" "Intel Corporation [8086]" '
        '"Raptor Lake-P [Iris Xe] [a7a1]" -r04\n'
        '0000:00:1f.6 "Ethernet controller [0200]" "Intel [8086]" "I219 [0dc5]"'
    ),
    "battery": (
        "BAT0.type=Battery\nBAT0.manufacturer=SMP\nBAT0.model_name=5B10W51867\n"
        "BAT0.serial_number= 1234\nBAT0.technology=Li-poly"
    ),
    "net": (
        "lo.ifindex=1\nlo.address=00:00:00:00:00:00\nlo.type=772\n"
        "enp0s31f6.ifindex=2\nenp0s31f6.address=02:aa:bb:cc:dd:02\nenp0s31f6.type=1\n"
        "enp0s31f6.speed=1000\nenp0s31f6.duplex=full\nenp0s31f6.device=/sys/devices/x\n"
        "enp0s31f6.master=bond0\nwlp9s0.ifindex=3\nwlp9s0.type=1\nwlp9s0.wireless=1\n"
        "bond0.ifindex=4\nbond0.type=1"
    ),
    "ip": (
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
        "    inet 127.0.0.1/8 scope host lo\n"
        "2: enp0s31f6: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 master bond0\n"
        "    link/ether 02:aa:bb:cc:dd:02 brd ff:ff:ff:ff:ff:ff\n"
        "3: wlp9s0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN\n"
        "    link/ether 02:5d:3c:00:11:22 brd ff:ff:ff:ff:ff:ff\n"
        "4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500\n"
        "    link/ether 02:aa:bb:cc:dd:02 brd ff:ff:ff:ff:ff:ff\n"
        "    inet 10.1.2.3/24 brd 10.1.2.255 scope global bond0\n"
        "    inet6 2001:db8::3/64 scope global\n"
        "    inet6 fe80::1/64 scope link"
    ),
    "link": (
        "2: enp0s31f6: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500\n"
        "    link/ether 02:aa:bb:cc:dd:02 brd ff:ff:ff:ff:ff:ff permaddr"
        " 8c:8c:aa:11:22:33"
    ),
    "neigh": (
        "10.1.2.1 dev bond0 lladdr 00:00:0c:07:ac:01 REACHABLE\n"
        "10.1.2.9 dev bond0 FAILED\n"
        "fe80::2 dev bond0 lladdr 00:04:13:74:17:67 router STALE"
    ),
    "virt": "none",
    "last": (
        "root     pts/1  10.9.9.9  Mon Nov 23 10:00 - 10:05\n"
        "reboot   system boot  6.1.0-25-amd64  Mon Nov 23 09:00\n"
        "sari     tty2   tty2      Mon Nov 23 08:59   still logged in\n\n"
        "wtmp begins Mon Nov  2 00:00:00 2026"
    ),
    "virtual": "runs=docker",
    "dpkg": (
        "bash\t5.2.15-2\tDebian <a@example.org>\tinstall ok installed\n"
        "gone\t1.0\tDebian\tdeinstall ok config-files"
    ),
}

SERVER_DMIDECODE = """\
# dmidecode 3.4
SMBIOS 3.2.0 present.

Handle 0x0000, DMI type 0, 26 bytes
BIOS Information
\tVendor: Acme BIOS
\tVersion: 2.19.1
\tRelease Date: 02/03/2024

Handle 0x0100, DMI type 1, 27 bytes
System Information
\tManufacturer: Acme Inc.
\tProduct Name: Rack 640
\tVersion: Not Specified
\tSerial Number: AC00042
\tUUID: 4c4c4544-0042-3510-8051-b4c04f463333
\tSKU Number: SKU=NotProvided

Handle 0x0200, DMI type 2, 8 bytes
Base Board Information
\tManufacturer: Acme Inc.
\tProduct Name: 0X12345
\tSerial Number: .AC00042.BOARD.

Handle 0x0300, DMI type 3, 22 bytes
Chassis Information
\tManufacturer: Acme Inc.
\tType: Rack Mount Chassis
\tAsset Tag: IT-00412

Handle 0x0400, DMI type 4, 48 bytes
Processor Information
\tSocket Designation: CPU1
\tType: Central Processor
\tManufacturer: GenuineIntel
\tVersion: Acme Gold 6130
\tStatus: Populated, Enabled
\tCore Count: 16
\tThread Count: 32

Handle 0x0401, DMI type 4, 48 bytes
Processor Information
\tSocket Designation: CPU2
\tType: Central Processor
\tVersion: Not Specified
\tStatus: Unpopulated

Handle 0x1100, DMI type 17, 84 bytes
Memory Device
\tSize: 32 GB
\tLocator: A1
\tType: DDR4
\tSpeed: 2666 MT/s
\tManufacturer: Hynix
\tSerial Number: 93E1A2B3
\tPart Number: HMA84GR7CJR4N-VK

Handle 0x1101, DMI type 17, 84 bytes
Memory Device
\tSize: No Module Installed
\tLocator: A2
"""

SERVER = {
    "identity": "uid=0\nkernel=Linux\nrelease=5.14.0\nmachine=x86_64\nhostname=srv1",
    "os-release": 'NAME="Rocky Linux"\nVERSION_ID="9.4"\nID="rocky"',
    "dmidecode": SERVER_DMIDECODE,
    "smartctl.sda": (
        "=== START OF INFORMATION SECTION ===\nDevice Model:     ACME SSD 480\n"
        "Serial Number:    20202841\nFirmware Version: D1DF003\n"
        "User Capacity:    480,103,981,056 bytes [480 GB]\n"
        "Rotation Rate:    Solid State Device\nSATA Version is:  SATA 3.2, 6.0 Gb/s\n"
        "SMART overall-health self-assessment test result: PASSED"
    ),
    "ifconfig": (
        "eth0      Link encap:Ethernet  HWaddr 00:50:56:AD:00:0E\n"
        "          inet addr:192.168.1.181  Bcast:192.168.1.255  Mask:255.255.255.0\n"
        "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1"
    ),
    "rpm": "kernel\t5.14.0-427\tRocky\ngpg-pubkey\t1-2\t(none)\nacme\t1.0\t(none)",
    "virt": "none",
}
