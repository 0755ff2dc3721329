"""What we speak of in SCIM: users, groups, two extensions, and what we announce.

The models differ from those of scim2-models where identity providers differ from the
letter: a manager may come as plain text (Entra), mail domains need not be public.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import Field, field_validator
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    InvalidValueException,
    Mutability,
    Pagination,
    Patch,
    Reference,
    Required,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)
from scim2_models import Email as StrictEmail
from scim2_models import Group as PlainGroup
from scim2_models import User as PlainUser
from scim2_models.resources.resource import AnyExtension, Resource

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PURSER = "urn:ietf:params:scim:schemas:extension:purser:2.0:User"

MAX_RESULTS = 200
"""Resources in one answer; identity providers ask for 100."""
MAX_BODY = 4 * 1024 * 1024
"""Bytes of a request, single or bulk: a group of 20,000 members."""
MAX_OPERATIONS = 500
"""Operations of a bulk request."""
CURSOR_SECONDS = 3600

if TYPE_CHECKING:
    UserReference = Reference[Any]
else:
    UserReference = Reference.__class_getitem__("User")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Email(StrictEmail):
    """An e-mail address as it was sent; the domain may be one of the house only."""

    value: str | None = None


class Manager(ComplexAttribute):
    """The manager of a user; `$ref` may be missing, as providers leave it out."""

    value: Annotated[str | None, CaseExact.true] = None
    """The id of the manager's resource."""

    ref: Annotated[UserReference | None, CaseExact.true] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """The URL of the manager's resource."""

    display_name: Annotated[str | None, Mutability.read_only] = None
    """The name of the manager."""


class EnterpriseUser(Extension):
    """The enterprise extension of RFC 7643, section 4.3."""

    __schema__ = URN(ENTERPRISE)

    employee_number: str | None = None
    """Personnel number; leading zeros are kept."""

    cost_center: str | None = None
    """Code of the cost centre."""

    organization: str | None = None
    """Code or name of the legal entity."""

    division: str | None = None
    """Name of a division."""

    department: str | None = None
    """Code or name of the department."""

    manager: Manager | None = None
    """The user's manager."""

    @field_validator("manager", mode="before")
    @classmethod
    def _plain(cls, sent: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Take plain text as the id of the manager, and a list of one as that one."""
        if isinstance(sent, list) and len(sent) == 1:
            (sent,) = sent
        if isinstance(sent, str):
            return {"value": sent} if sent else None
        if isinstance(sent, dict) and set(sent) == {"value"} and not sent["value"]:
            return None
        return sent


class PurserUser(Extension):
    """Days SCIM has no words for, as civil days; recorded, they open no case.

    Only where the provider says who works here does a hire take its first day from it.
    """

    __schema__ = URN(PURSER)

    hire_date: str | None = Field(None, examples=["2026-04-01"])
    """First day of work."""

    last_working_day: str | None = Field(None, examples=["2027-03-31"])
    """Last day of work."""

    contract_end: str | None = Field(None, examples=["2027-04-30"])
    """Last day of the contract."""

    worker_type: str | None = None
    """Such as employee, contractor, intern."""

    @field_validator("hire_date", "last_working_day", "contract_end")
    @classmethod
    def _civil(cls, sent: str | None) -> str | None:
        """Refuse what is no day."""
        if sent is None or sent == "":
            return None
        try:
            if _DAY.fullmatch(sent):
                date.fromisoformat(sent)
                return sent
        except ValueError:
            pass
        detail = f"{sent!r} is not a date; write YYYY-MM-DD"
        raise InvalidValueException(detail=detail).as_pydantic_error()


class User(PlainUser[AnyExtension]):
    """A user of an identity provider."""

    external_id: Annotated[str | None, CaseExact.true, Uniqueness.server] = None
    emails: list[Email] | None = None  # type: ignore[assignment]


class Group(PlainGroup):
    """A group of an identity provider; its name is unique, as Entra expects."""

    external_id: Annotated[str | None, CaseExact.true, Uniqueness.server] = None
    display_name: Annotated[str | None, Required.true, Uniqueness.server] = None


TOLERANT = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
"""What Entra needs: odd attributes dropped, removal by value, entries made by path."""


def announcement() -> ServiceProviderConfig:
    """Return what this service can do, and nothing more."""
    return ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(
            supported=True, max_operations=MAX_OPERATIONS, max_payload_size=MAX_BODY
        ),
        filter=Filter(supported=True, max_results=MAX_RESULTS),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=True),
        pagination=Pagination(
            cursor=True,
            index=True,
            default_pagination_method=Pagination.DefaultPaginationMethod.index,
            default_page_size=100,
            max_page_size=MAX_RESULTS,
            cursor_timeout=CURSOR_SECONDS,
        ),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="API token",
                description="A token with the role scim: purser token create.",
                primary=True,
            )
        ],
    )


@cache
def provider() -> ScimProvider:
    """Return the description of the service; made once, on first use."""
    user = cast("type[Resource[Any]]", User[EnterpriseUser | PurserUser])
    return ScimProvider(
        models=[User, Group, EnterpriseUser, PurserUser],
        resource_types=[
            ResourceType.from_resource(user),
            ResourceType.from_resource(Group),
        ],
        config=announcement(),
        policy=TOLERANT,
    )
