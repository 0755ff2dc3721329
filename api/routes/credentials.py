"""`/credentials`, `/login-failures`, `/host-keys`: what logs in, and where it failed.

For those who run the network; secrets are write-only. Auditors see names, uses,
failures and keys.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.compose.device_logins import master_source
from api.diagnose.try_credential import try_credential
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.routes.answers import answer, problems
from api.routes.credential_models import (
    Changed,
    Credential,
    CredentialChange,
    CredentialList,
    Forgotten,
    HostKeyList,
    LockList,
    NewCredential,
    Sealed,
    Secrets,
    Stored,
    Trial,
    Tried,
    Unlocked,
    UseList,
)
from inventory.vault import credentials as service
from inventory.vault import lockout, rotation, uses

READERS = allow(Role.IT, Role.AUDITOR)
ADMINS = allow(Role.IT)
Admin = Annotated[Caller, ADMINS]
Name = Annotated[str, Path(min_length=1, max_length=100)]
_SCOPE = ("set_name", "site", "networks", "valid_from", "valid_until", "position")
_MAY_BE_NULL = frozenset(("site", "valid_from", "valid_until"))

credentials = APIRouter(prefix="/credentials", tags=["credentials"])
failures = APIRouter(prefix="/login-failures", tags=["credentials"])
host_keys = APIRouter(prefix="/host-keys", tags=["credentials"])


def _plain(secrets: Secrets) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in secrets.items()}


@credentials.get(
    "",
    response_model=CredentialList,
    responses=problems(401, 403),
    dependencies=[READERS],
)
def list_all(reading: ReadDep) -> Response:
    """List the stored credentials in the order they are tried."""
    return answer({"items": service.list_credentials(reading)})


@credentials.post(
    "",
    status_code=201,
    response_model=Stored,
    responses=problems(401, 403, 409, 422, 503),
)
def add(app: AppDep, wanted: NewCredential, who: Admin) -> Response:
    """Store a credential, sealed."""
    scope = service.Scope(
        set_name=wanted.set_name,
        site=wanted.site,
        networks=tuple(wanted.networks),
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        position=wanted.position,
    )
    with app.work(who.actor) as work:
        masters = rotation.masters_to_write(
            work.connection, master_source(app.settings)
        )
        row_id = service.add_credential(
            work,
            masters,
            wanted.name,
            wanted.kind,
            public=wanted.public,
            secret=_plain(wanted.secrets),
            scope=scope,
        )
        work.commit()
    return answer({"id": row_id}, 201)


@credentials.post(
    "/rotate", response_model=Sealed, responses=problems(401, 403, 409, 503)
)
def rotate(app: AppDep, who: Admin) -> Response:
    """Seal all secrets anew under a fresh data key, all or none."""
    with app.work(who.actor) as work:
        number = rotation.rotate(work, master_source(app.settings))
    return answer({"sealed": number})


@credentials.get(
    "/{name}",
    response_model=Credential,
    responses=problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def one(reading: ReadDep, name: Name) -> Response:
    """Show a credential without its secrets."""
    return answer(service.get_credential(reading, name))


@credentials.patch(
    "/{name}",
    response_model=Changed,
    responses=problems(401, 403, 404, 422, 503),
)
def change(app: AppDep, name: Name, wanted: CredentialChange, who: Admin) -> Response:
    """Change a credential; a new secret lifts the lock on its account."""
    given = wanted.model_dump(exclude_unset=True, include=set(_SCOPE))
    given = {n: v for n, v in given.items() if v is not None or n in _MAY_BE_NULL}
    with app.work(who.actor) as work:
        worked = service.change_credential(
            work,
            master_source(app.settings).read(),
            name,
            public=wanted.public,
            secret=_plain(wanted.secrets),
            scope=given,
        )
        work.commit()
    return answer({"changed": worked})


@credentials.delete(
    "/{name}", status_code=204, responses=problems(401, 403, 404, 422, 503)
)
def remove(app: AppDep, name: Name, who: Admin) -> Response:
    """Remove a credential with its secrets."""
    with app.work(who.actor) as work:
        service.remove_credential(work, name)
        work.commit()
    return Response(status_code=204)


@credentials.post(
    "/{name}/test",
    response_model=Tried,
    responses=problems(401, 403, 404, 422, 503),
    dependencies=[ADMINS],
)
async def try_one(app: AppDep, name: Name, where: Trial) -> Response:
    """Log in to one device with one credential, once."""
    told = await try_credential(
        app, name, where.address, port=where.port, site=where.site
    )
    return answer(told)


@credentials.get(
    "/{name}/uses",
    response_model=UseList,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def used(
    reading: ReadDep,
    name: Name,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> Response:
    """List what a credential opened; also one of the settings, or one removed."""
    return answer({"items": uses.list_uses(reading, credential=name, limit=limit)})


@failures.get(
    "",
    response_model=LockList,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def list_failures(reading: ReadDep, off: bool = False) -> Response:
    """List accounts and devices where logins failed, those that are off first."""
    return answer({"items": lockout.list_failures(reading, off_only=off)})


@failures.delete(
    "", response_model=Unlocked, responses=problems(401, 403, 404, 422, 503)
)
def unlock(
    app: AppDep,
    who: Admin,
    subject: Annotated[str, Query(min_length=1, max_length=300)],
) -> Response:
    """Let logins of an account, or at a device, begin again."""
    with app.work(who.actor) as work:
        unlocked = lockout.unlock_named(work, subject)
        work.commit()
    return answer({"unlocked": unlocked})


@host_keys.get(
    "",
    response_model=HostKeyList,
    responses=problems(401, 403, 422),
    dependencies=[READERS],
)
def list_host_keys(reading: ReadDep, changed: bool = False) -> Response:
    """List the pinned SSH host keys, those that changed first."""
    return answer({"items": uses.list_host_keys(reading, changed_only=changed)})


@host_keys.delete(
    "", response_model=Forgotten, responses=problems(401, 403, 404, 422, 503)
)
def forget(
    app: AppDep,
    who: Admin,
    address: Annotated[str, Query(min_length=1, max_length=253)],
    site: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Forget the host key of a machine that was replaced; the next one is pinned."""
    with app.work(who.actor) as work:
        number = uses.forget_host_key(work, address, site)
        work.commit()
    return answer({"forgotten": number})


ROUTERS = (credentials, failures, host_keys)
