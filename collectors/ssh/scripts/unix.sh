inventory_AIX() {
  run oslevel oslevel -s
  run lsconf lsconf
  run lsvpd lsvpd
  run lscfg lscfg -v -l 'en*'
  run ifconfig ifconfig -a
  run arp arp -an
  run lslpp lslpp -c -l
}
inventory_HPUX() {
  PATH=$PATH:/usr/contrib/bin; export PATH
  run machinfo machinfo
  run model model
  run serial getconf MACHINE_SERIAL
  run lanscan lanscan -iap
  run arp arp -an
  run swlist swlist
}
inventory_SunOS() {
  text release.sun /etc/release
  run prtdiag prtdiag
  run smbios smbios -t SMB_TYPE_SYSTEM
  run psrinfo psrinfo -v -p
  run prtconf prtconf
  run serial sneep
  run ifconfig ifconfig -a
  run arp arp -an
  run pkginfo pkginfo -l
}
