"""Configuration files of the lab's daemons."""

from __future__ import annotations

from pathlib import Path

COMMUNITY = "lab-read"
V3_USER = "labuser"
V3_AUTH = "auth-pass-phrase"
V3_PRIV = "priv-pass-phrase"

KAMAILIO_MODULES = "/usr/lib/x86_64-linux-gnu/kamailio/modules/"


def snmpd(
    address: str, network: str, name: str, *, agentx: Path | None, extra: str = ""
) -> str:
    """Return snmpd.conf: one community, one v3 user, optionally an AgentX socket."""
    lines = [
        f"agentaddress udp:{address}:161",
        f"rocommunity {COMMUNITY} {network}",
        f'createUser {V3_USER} SHA "{V3_AUTH}" AES "{V3_PRIV}"',
        f"rouser {V3_USER} priv",
        f"sysName {name}",
        "sysLocation Rack 1, Room 0.12",
        "sysServices 72",
    ]
    if agentx:
        lines += ["master agentx", f"agentXSocket {agentx}", "agentXPerms 0777 0777"]
    return "\n".join([*lines, extra, ""])


def sshd(folder: Path, address: str) -> str:
    """Return sshd_config with its own host keys; nothing of the host's is used."""
    return "\n".join(
        [
            f"ListenAddress {address}:22",
            f"HostKey {folder}/host_ed25519",
            f"HostKey {folder}/host_rsa",
            f"AuthorizedKeysFile {folder}/authorized_keys",
            "PidFile none",
            "UsePAM no",
            "StrictModes no",
            "PasswordAuthentication yes",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin no",
            "MaxStartups 50",
            "LogLevel VERBOSE",
            "",
        ]
    )


def kamailio(address: str) -> str:
    """Return kamailio.cfg: a registrar whose registrations are read over JSON-RPC."""
    modules = "jsonrpcs kex corex tm sl rr pv maxfwd textops siputils usrloc registrar"
    loaded = "\n".join(f'loadmodule "{m}.so"' for m in f"{modules} xhttp".split())
    return f"""#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=2
auto_aliases=no
server_header="Server: kamailio (5.6.3 (x86_64/linux))"
listen=udp:{address}:5060
listen=tcp:{address}:8080
mpath="{KAMAILIO_MODULES}"
{loaded}
modparam("jsonrpcs", "transport", 1)
modparam("registrar", "default_expires", 120)
request_route {{
  if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Hops"); exit; }}
  if (is_method("OPTIONS") && uri==myself) {{ sl_send_reply("200", "OK"); exit; }}
  if (is_method("REGISTER")) {{ if (!save("location")) sl_reply_error(); exit; }}
  if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
  t_relay();
}}
event_route[xhttp:request] {{
  if ($hu =~ "^/RPC") {{ jsonrpc_dispatch(); exit; }}
  xhttp_reply("404", "Not Found", "text/plain", "no\\n");
}}
"""


def baresip(address: str) -> str:
    """Return the config of a softphone without sound."""
    return "\n".join(
        [
            f"sip_listen {address}:5060",
            "module_path /usr/lib/baresip/modules",
            "module g711.so",
            "module_tmp uuid.so",
            "module_tmp account.so",
            "module_app menu.so",
            "audio_player none",
            "audio_source none",
            "",
        ]
    )
