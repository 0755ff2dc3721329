# Read-only inventory of a Unix machine, run as `sh -s` over one SSH exec.
# Prints sections: a line `#:purser:NAME`, then what a file or a command says.
# Nothing is written, every command is bounded in time. Rights are raised by `sudo -n`
# for the commands that the account's sudoers lines name, and for no others.
LC_ALL=C; LANG=C; export LC_ALL LANG
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
exec 2>/dev/null

has() { command -v "$1" >/dev/null; }
limited() { if has timeout; then timeout "$limit" "$@"; else "$@"; fi; }
section() { printf '\n#:purser:%s\n' "$1"; }
text() { [ -r "$2" ] && { section "$1"; dd bs=65536 count=4 <"$2"; }; }
run() {
  name=$1; shift
  has "$1" && { section "$name"; bounded "$@"; }
}
# dd hands on what it has at once, where head would keep it until its end.
# What hangs in the kernel, such as df on a dead mount, cannot be ended: it is left
# behind, and only what hands on its output is ended. The shell that starts it is gone
# at once, for some shells, dash among them, wait for every part of a pipeline.
bounded() {
  ({ limited "$@"; [ $? = 124 ] && late; } </dev/null &) | (
    exec 3<&0
    dd bs=65536 count=2048 <&3 &
    reader=$!
    (sleep $(($limit + 5)); kill $reader) </dev/null >/dev/null 3<&- &
    watcher=$!
    wait $reader
    [ $? -gt 128 ] && late
    kill $watcher
  )
}
late() { section late; printf '%s\n' "$name"; }
# may NAME: root runs it, or the sudoers lines let this account run it as root.
granted=$([ "$(id -u)" = 0 ] || { name=sudo; has sudo && bounded sudo -n -l; })
may() {
  [ "$(id -u)" = 0 ] && return 0
  case $granted in
    *NOPASSWD*"/$1"* | *'NOPASSWD: ALL'*) return 0;;
  esac
  return 1
}
raised() { if [ "$(id -u)" = 0 ]; then bounded "$@"; else bounded sudo -n "$@"; fi; }
run_raised() {
  name=$1; shift
  has "$1" && may "$1" && { section "$name"; raised "$@"; }
}
# values PREFIX DIR NAME... : one line `PREFIX.NAME=value` for each readable file;
# `PREFIX.NAME!` where only root may read it.
values() {
  prefix=$1 dir=$2; shift 2
  for key; do
    if [ -r "$dir/$key" ]; then
      IFS= read -r value <"$dir/$key" || [ -n "$value" ] || continue
      printf '%s.%s=%s\n' "$prefix" "$key" "$value"
    elif [ -e "$dir/$key" ]; then
      printf '%s.%s!\n' "$prefix" "$key"
    fi
    value=
  done
}
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }

section identity
printf 'uid=%s\nkernel=%s\nrelease=%s\nversion=%s\nmachine=%s\nhostname=%s\n' \
  "$(id -u)" "$(uname -s)" "$(uname -r)" "$(uname -v)" "$(uname -m)" \
  "$(hostname || uname -n)"
section hostkeys
cat /etc/ssh/ssh_host_*_key.pub

# Scanners against malware, known by where they are installed: `name=path` lines.
guards() {
  section antivirus
  printf '%s\n' \
    'ClamAV|/usr/sbin/clamd' \
    'ClamAV|/usr/local/sbin/clamd' \
    'CrowdStrike Falcon|/opt/CrowdStrike/falconctl' \
    'CrowdStrike Falcon|/Applications/Falcon.app' \
    'Microsoft Defender|/opt/microsoft/mdatp' \
    'Microsoft Defender|/Applications/Microsoft Defender.app' \
    'SentinelOne|/opt/sentinelone/bin/sentinelctl' \
    'SentinelOne|/Library/Sentinel' \
    'Sophos|/opt/sophos-spl' \
    'Sophos|/opt/sophos-av' \
    'Sophos|/Library/Sophos Anti-Virus' \
    'ESET|/opt/eset' \
    'ESET|/Applications/ESET Endpoint Security.app' \
    'Kaspersky|/opt/kaspersky' \
    'Trend Micro|/opt/ds_agent' \
    'Trend Micro|/opt/TrendMicro' \
    'Trellix|/opt/McAfee' \
    'Bitdefender|/opt/bitdefender-security-tools' \
    'Bitdefender|/Library/Bitdefender' \
    'Carbon Black|/opt/carbonblack' \
    'Carbon Black|/Applications/VMware Carbon Black Cloud' \
    'WithSecure|/opt/f-secure' \
    'Symantec|/opt/Symantec' |
  while IFS='|' read -r name path; do
    [ -e "$path" ] && printf '%s=%s\n' "$name" "$path"
  done
}
