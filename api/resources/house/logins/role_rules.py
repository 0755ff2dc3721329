"""Role rules: what members of a group of the provider or the directory may do."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.http.actions import Act, Acting, Given, NothingIn
from api.resources.declare import Choice, Column, Input, Question, RowModel, Word
from api.resources.house.users import ADMINS, READERS, LoginRole, check_grant
from api.resources.perform import changes_of, partial
from api.resources.references import ROLE_RULE
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.people.outside_accounts import add_rule, change_rule, remove_rule
from inventory.people.sign_in_tables import RoleRule
from inventory.storage.rows import get

_rule = ROLE_RULE.table


class RoleRuleRow(RowModel):
    """A rule of the list."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    group_name: Annotated[str, Column("Group", sort=True, lead=True)]
    roles: Annotated[list[str], Column("Roles")]
    note: Annotated[str, Column("Note")]


class RoleRuleQuestion(Question):
    """Which rules are asked for."""

    group_name: Annotated[Word, Choice("Group", main=False)] = None


class RoleRuleIn(Given):
    """A rule to add."""

    group_name: Annotated[
        str,
        Field(min_length=1, max_length=500),
        Input("Group", hint="As the provider names it: a name, an id or a DN."),
    ]
    roles: Annotated[list[LoginRole], Field(min_length=1), Input("Roles")]
    note: Annotated[str, Field(max_length=2000), Input("Note")] = ""


RoleRuleEditIn = partial(RoleRuleIn, "RoleRuleEditIn", "group_name")


def _create(acting: Acting, given: RoleRuleIn) -> dict[str, Any]:
    check_grant(acting, given.roles)
    number = add_rule(acting.work, given.group_name, given.roles, given.note)
    return {"id": number}


def _update(acting: Acting, given: Given) -> None:
    rule = get(acting.work.connection, RoleRule, acting.id)
    changes = changes_of(given)
    check_grant(acting, {*rule["roles"], *(changes.get("roles") or ())})
    values = {name: one for name, one in changes.items() if one is not None}
    change_rule(acting.work, acting.id, values)


def _delete(acting: Acting, _given: NothingIn) -> None:
    rule = get(acting.work.connection, RoleRule, acting.id)
    check_grant(acting, rule["roles"])
    remove_rule(acting.work, acting.id)


_SOURCE: TableSource[RoleRuleQuestion] = TableSource(
    table=_rule,
    columns={name: _rule.c[name] for name in RoleRuleRow.model_fields},
    searched=(_rule.c.group_name, _rule.c.note),
)

ROLE_RULES = Resource(
    name="role-rules",
    command="role-rule",
    title=N_("Role rules"),
    counted=NN_("{count} rule", "{count} rules"),
    group="house",
    roles=READERS,
    rows=RoleRuleRow,
    question=RoleRuleQuestion,
    sort="group_name",
    source=_SOURCE,
    reference=ROLE_RULE,
    detail=RoleRuleRow,
    get=_SOURCE.one,
    called=lambda row: str(row["group_name"]),
    acts=(
        Act(
            "add-role-rule",
            RoleRuleIn,
            _create,
            ADMINS,
            verb="create",
            about="Give the members of a group roles when they log in.",
        ),
        Act(
            "edit-role-rule",
            RoleRuleEditIn,
            _update,
            ADMINS,
            verb="update",
            about="Change the roles of a group; they count at the next log-in.",
        ),
        Act(
            "delete-role-rule",
            NothingIn,
            _delete,
            ADMINS,
            verb="delete",
            about="Take a rule away; roles that it gave go at the next log-in.",
            danger=True,
        ),
    ),
)
