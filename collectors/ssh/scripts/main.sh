case $(uname -s) in
  Linux) inventory_Linux;;
  Darwin) inventory_Darwin;;
  FreeBSD|OpenBSD|NetBSD|DragonFly) inventory_BSD;;
esac
section end
