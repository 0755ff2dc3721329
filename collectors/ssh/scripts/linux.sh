# With the rights of root: what disks say of themselves, and those behind RAID controllers. The tools
# are told to write no log.
disks_Linux() {
  PATH=$PATH:/opt/MegaRAID/storcli:/opt/MegaRAID/perccli:/opt/MegaRAID/MegaCli
  PATH=$PATH:/opt/smartstorageadmin/ssacli/bin:/usr/Arcconf
  if has smartctl && may smartctl; then
    for disk in /sys/block/sd* /sys/block/nvme*n*; do
      [ -e "$disk" ] || continue
      run_raised "smartctl.${disk##*/}" smartctl -n standby -i -H "/dev/${disk##*/}"
    done
    name=smartctl
    raised smartctl --scan | head -n 256 | while read -r device _ type _; do
      case $type in *,*)
        run_raised "smartctl.${device##*/}-$type" smartctl -i -H -d "$type" "$device";;
      esac
    done
  elif has hdparm && may hdparm; then
    for disk in /sys/block/sd*; do
      [ -e "$disk" ] && run_raised hdparm hdparm -I "/dev/${disk##*/}"
    done
  fi
  for tool in storcli64 storcli perccli64 perccli; do
    has $tool && { run_raised storcli $tool /call/eall/sall show all J nolog; break; }
  done
  for tool in MegaCli64 MegaCli megacli; do
    has $tool && { run_raised megacli $tool -PDList -aALL -NoLog; break; }
  done
  for tool in ssacli hpssacli hpacucli; do
    has $tool && { run_raised ssacli $tool ctrl all show config detail; break; }
  done
  run_raised arcconf arcconf GETCONFIG 1 PD nologs
  for tool in sas3ircu sas2ircu; do
    has $tool && { run_raised sas3ircu $tool 0 DISPLAY; break; }
  done
  if has tw_cli && may tw_cli; then
    name=tw_cli
    for port in $(raised tw_cli /c0 show | sed -n 's/^\(p[0-9]*\) .*/\1/p'); do
      run_raised tw_cli tw_cli "/c0/$port" show model serial capacity firmware
    done
  fi
}
inventory_Linux() {
  text os-release /etc/os-release || text os-release /usr/lib/os-release
  for old in redhat centos fedora SuSE debian alpine; do
    text "release.$old" "/etc/$old-release"
  done
  text debian_version /etc/debian_version
  text uptime /proc/uptime

  section dmi
  values dmi /sys/class/dmi/id sys_vendor product_name product_version product_sku \
    product_family product_serial product_uuid board_vendor board_name board_serial \
    chassis_type chassis_vendor chassis_serial chassis_asset_tag bios_vendor \
    bios_version bios_date
  run_raised dmidecode dmidecode
  if [ -r /proc/device-tree/model ]; then
    section devicetree
    for key in model serial-number; do
      [ -r "/proc/device-tree/$key" ] &&
        printf '%s=%s\n' "$key" "$(tr -d '\000' <"/proc/device-tree/$key")"
    done
  fi

  section cpuinfo
  grep -E '^(processor|vendor_id|model name|cpu MHz|physical id|cpu cores|siblings|core id|Hardware|Revision|Serial|Model|cpu|machine|clock|type|Type|cpu model|system type|CPU part|CPU implementer|flags)[[:space:]]*:' \
    /proc/cpuinfo | sed 's/^\(flags.*:\).* hypervisor .*/\1 hypervisor/; /^flags.*:.\{12\}/d' | head -c 524288
  run lscpu lscpu
  text meminfo /proc/meminfo

  section block
  for disk in /sys/block/*; do
    name=${disk##*/}
    case $name in loop*|ram*|zram*|fd*|nbd*) continue;; esac
    values "$name" "$disk" size removable ro dev
    values "$name" "$disk/queue" rotational
    values "$name" "$disk/device" vendor model rev serial firmware_rev type
    values "$name" "$disk/dm" uuid name
    values "$name" "$disk/md" level
    [ -r "$disk/device/vpd_pg80" ] && { printf '%s.vpd=' "$name"; hex "$disk/device/vpd_pg80"; echo; }
    printf '%s.path=%s\n' "$name" "$(readlink -f "$disk")"
    [ -r "$disk/dev" ] && [ -r "/run/udev/data/b$(cat "$disk/dev")" ] &&
      sed -n "s/^E:\(ID_[A-Z_]*\)=/$name.\1=/p" "/run/udev/data/b$(cat "$disk/dev")"
  done
  disks_Linux
  run df df -P -k -T

  section edid
  for edid in /sys/class/drm/card*-*/edid; do
    [ -s "$edid" ] && { screen=${edid%/edid}; printf '%s=' "${screen##*/}"; hex "$edid"; echo; }
  done
  run lspci lspci -D -mm -nn

  section usb
  for device in /sys/bus/usb/devices/*; do
    [ -r "$device/idVendor" ] &&
      values "${device##*/}" "$device" idVendor idProduct manufacturer product serial \
        bDeviceClass
  done

  section battery
  for supply in /sys/class/power_supply/*; do
    [ -e "$supply/serial_number" ] &&
      values "${supply##*/}" "$supply" type manufacturer model_name serial_number \
        technology cycle_count capacity energy_full energy_full_design
  done

  section net
  for card in /sys/class/net/*; do
    [ -d "$card" ] || continue
    name=${card##*/}
    values "$name" "$card" ifindex address addr_assign_type mtu speed duplex \
      operstate type flags ifalias
    [ -e "$card/device" ] && printf '%s.device=%s\n' "$name" "$(readlink -f "$card/device")"
    [ -e "$card/wireless" ] || [ -e "$card/phy80211" ] && printf '%s.wireless=1\n' "$name"
    [ -e "$card/master" ] && printf '%s.master=%s\n' "$name" "$(basename "$(readlink -f "$card/master")")"
    [ -d "$card/bridge" ] && printf '%s.bridge=1\n' "$name"
    values "$name" "$card/bonding_slave" perm_hwaddr
  done
  if has ip; then run ip ip address show; else run ifconfig ifconfig -a; fi
  has ip && run link ip -d link show
  if has ip; then run neigh ip neigh show; else text arp /proc/net/arp; fi

  run virt systemd-detect-virt
  section virtual
  values xen /sys/hypervisor type
  [ -e /.dockerenv ] && echo 'container=docker'
  [ -r /run/systemd/container ] && printf 'container=%s\n' "$(cat /run/systemd/container)"
  for host in docker podman containerd virsh pveversion xl lxc incus; do
    has "$host" && printf 'runs=%s\n' "$host"
  done

  run last last -w -n 40
  guards

  run dpkg dpkg-query -W -f '${Package}\t${Version}\t${Maintainer}\t${Status}\n'
  run rpm rpm -qa --qf '%{NAME}\t%{VERSION}-%{RELEASE}\t%{VENDOR}\n'
  [ -r /lib/apk/db/installed ] && { section apk
    sed -n 's/^\([PV]\):/\1=/p' /lib/apk/db/installed; }
  run pacman pacman -Q
  run snap snap list --color never
  run flatpak flatpak list --columns=application,version,origin
}
