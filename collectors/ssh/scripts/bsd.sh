inventory_BSD() {
  section sysctl
  for key in hw.model hw.ncpu hw.physmem hw.machine hw.vendor hw.product hw.version \
    hw.serialno hw.uuid kern.boottime kern.vm_guest; do
    value=$(sysctl -n "$key") && [ -n "$value" ] && printf '%s=%s\n' "$key" "$value"
  done
  text os-release /etc/os-release
  run freebsd-version freebsd-version
  if has kenv; then section kenv; kenv | sed -n 's/^smbios\.//p'; fi
  run_raised dmidecode dmidecode
  run geom geom disk list
  run ifconfig ifconfig -a
  run arp arp -an
  run last last -n 40
  run geli geli status
  run_raised softraid bioctl softraid0
  section virtual
  [ -e /dev/vmm ] && echo 'runs=bhyve'
  has jls && [ -n "$(jls -N jid | sed 1d)" ] && echo 'runs=jail'
  [ -S /var/run/vmd.sock ] && echo 'runs=vmm'
  guards
  run pkg pkg info
  run pkg_info pkg_info
}
