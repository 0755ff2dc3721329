"""The fields of each kind of credential, as forms ask for them."""

from __future__ import annotations

from api.resources.declare import Part
from inventory.kernel.texts import N_
from inventory.vault.credential_kinds import AUTH, KINDS, PRIV, WINRM_AUTH

_V3, _WINRM = ("snmp-v3",), ("winrm",)
_LOGIN = ("ssh", "jump")

_ALL = (
    Part("community", N_("Community"), ("snmp-v1", "snmp-v2c"), "secret"),
    Part("user", N_("User"), ("snmp-v3", "ssh", "jump", "winrm", "pbx")),
    Part("auth", N_("Authentication"), _V3, "choose", AUTH),
    Part(
        "auth_secret",
        N_("Authentication pass phrase"),
        _V3,
        "secret",
        hint=N_("8 characters or more."),
    ),
    Part("priv", N_("Privacy"), _V3, "choose", PRIV),
    Part(
        "priv_secret",
        N_("Privacy pass phrase"),
        _V3,
        "secret",
        hint=N_("8 characters or more."),
    ),
    Part("context", N_("Context"), _V3, hint=N_("Of SNMPv3; mostly none.")),
    Part("host", N_("Host"), ("jump",)),
    Part("port", N_("Port"), ("jump",), "number", hint=N_("22 without.")),
    Part("password", N_("Password"), ("ssh", "jump", "winrm", "pbx"), "secret"),
    Part("private_key", N_("Private key"), (*_LOGIN, "winrm"), "secret-area"),
    Part("key_secret", N_("Pass phrase of the key"), _LOGIN, "secret"),
    Part("enable_secret", N_("Enable password"), ("ssh",), "secret"),
    Part("agent", N_("Keys of the ssh-agent"), _LOGIN, "tick"),
    Part("agent_key", N_("Key of the ssh-agent"), _LOGIN),
    Part(
        "jumps",
        N_("Jump hosts"),
        ("ssh",),
        "lines",
        hint=N_("Names of credentials of the kind jump, the nearest first."),
    ),
    Part(
        "device_type",
        N_("Device type"),
        ("ssh",),
        hint=N_("As netmiko names it; found out without."),
    ),
    Part("auth", N_("Method"), _WINRM, "choose", WINRM_AUTH),
    Part("certificate", N_("Certificate"), _WINRM, "area"),
    Part("http", N_("Over HTTP, encrypted by NTLM or Kerberos"), _WINRM, "tick"),
    Part("tenant", N_("Tenant"), ("pbx",)),
)
"""In the order in which a form asks for them."""

PUBLIC = tuple(
    one for one in _ALL if all(one.name in KINDS[kind].public for kind in one.only)
)
SECRET = tuple(
    one for one in _ALL if all(one.name in KINDS[kind].secret for kind in one.only)
)
