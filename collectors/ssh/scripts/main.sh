case $(uname -s) in
  Linux) inventory_Linux;;
  Darwin) inventory_Darwin;;
  AIX) inventory_AIX;;
  HP-UX) inventory_HPUX;;
  SunOS) inventory_SunOS;;
  FreeBSD|OpenBSD|NetBSD|DragonFly) inventory_BSD;;
esac
section end
