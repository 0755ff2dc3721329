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
  run apps system_profiler -xml -detailLevel mini SPApplicationsDataType
}
