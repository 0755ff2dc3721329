inventory_Darwin() {
  run profile system_profiler -xml SPHardwareDataType SPSoftwareDataType \
    SPMemoryDataType SPNVMeDataType SPSerialATADataType SPDisplaysDataType SPPowerDataType
  run sw_vers sw_vers
  run boottime sysctl -n kern.boottime
  run memsize sysctl -n hw.memsize
  run ifconfig ifconfig -a
  run ports networksetup -listallhardwareports
  run arp arp -an
  run filevault fdesetup status
  run last last -n 40
  run guest sysctl -n kern.hv_vmm_present
  section virtual
  for host in docker podman colima prlctl vmrun VBoxManage; do
    has "$host" && printf 'runs=%s\n' "$host"
  done
  guards
  run apps system_profiler -xml -detailLevel mini SPApplicationsDataType
}
