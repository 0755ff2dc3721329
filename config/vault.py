"""`[vault]` and `[guard]`: the key of stored secrets, and when logins stop.

Imports `config.shapes`.
"""

from __future__ import annotations

from pydantic import Field, SecretStr

from config.shapes import NetworkText, Section, UserPath


class Vault(Section):
    """`[vault]`: where the master key of the stored credentials lies."""

    key: SecretStr | None = Field(
        default=None,
        description="the key itself, best in the variable PURSER_VAULT__KEY",
    )
    keyring: bool = Field(
        default=False,
        description="true or false: take the key from the system's keyring",
    )
    key_file: UserPath | None = Field(
        default=None,
        description="the path of the key file; without it vault.key in data_dir",
    )


class Guard(Section):
    """`[guard]`: logins stop before an account or a device locks us out."""

    per_account: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="failures in a row of one account, 1 to 1000",
    )
    per_device: int = Field(
        default=3,
        ge=1,
        le=1000,
        description="failures in a row at one device, 1 to 1000",
    )
    legacy_ssh: tuple[NetworkText, ...] = Field(
        default=(),
        description="a list of networks whose devices may use outdated SSH algorithms",
    )
