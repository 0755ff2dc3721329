"""`[vault]`, `[backup]`, `[audit]`, `[guard]`: keys, proofs, when logins stop.

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


class Backup(Section):
    """`[backup]`: backups, which `purser serve` takes once a day where a folder is set.

    The key is not in the backups: without it they are worth nothing, so keep it, or
    the file that `purser backup-keys` writes, in another place.
    """

    folder: UserPath | None = Field(
        default=None,
        description="the folder of daily backups, best on another disk; without it"
        " none are taken by themselves",
    )
    key: SecretStr | None = Field(
        default=None,
        description="the key itself, best in the variable PURSER_BACKUP__KEY",
    )
    key_file: UserPath | None = Field(
        default=None,
        description="the path of the key file; without it backup.key in data_dir",
    )
    programs: UserPath | None = Field(
        default=None,
        description="the folder of pg_dump and pg_restore, if they are not on the path",
    )
    verify: bool = Field(
        default=True,
        description="true or false: put each daily backup into a scratch database",
    )
    upload_mib: int = Field(
        default=4096,
        ge=1,
        le=1_048_576,
        description="MiB of a backup that is sent by browser or API, 1 to 1048576",
    )
    keep_days: int = Field(
        default=7, ge=1, le=3650, description="days of daily backups, 1 to 3650"
    )
    keep_weeks: int = Field(
        default=4, ge=0, le=520, description="weeks of weekly backups, 0 to 520"
    )
    keep_months: int = Field(
        default=12, ge=0, le=120, description="months of monthly backups, 0 to 120"
    )


class Audit(Section):
    """`[audit]`: how the audit trail proves that it is whole.

    `purser serve` publishes its end once a day: whoever has an earlier one can tell a
    trail that was rewritten. Keep it where those who run the database cannot write.
    """

    key: SecretStr | None = Field(
        default=None,
        description="the key that seals the trail, the same on all machines of one"
        " database; without it, one is derived from session.key",
    )
    file: UserPath | None = Field(
        default=None, description="a file to which the end of the trail is added"
    )
    url: str | None = Field(
        default=None,
        pattern="^https?://",
        description="an address to which the end of the trail is sent as JSON",
    )
    syslog: bool = Field(
        default=False,
        description="true or false: the end of the trail goes to /dev/log",
    )
    timestamp_url: str | None = Field(
        default=None,
        pattern="^https?://",
        description="a time stamp authority (RFC 3161) that is asked to stamp the end",
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
