"""The form of every act: of one thing, of the list, of those selected.

`GET` draws the form, `POST` carries the act out, as the API does. What is refused is
drawn again with everything that was typed, the sentence at its field, and status 422.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from api.http.actions import Act, Acting
from api.http.errors import ApiError
from api.jobs.long_requests import request_of_act, somebody_works
from api.pages.acts import forms
from api.pages.acts.form_parts import with_parts
from api.pages.acts.preview_of_many import Tried, try_many
from api.pages.acts.selection import MATCHING, chosen_rows
from api.pages.acts.target import Target
from api.pages.cells import Shown
from api.pages.door.visitor import local
from api.pages.entity import Table, parts_by
from api.pages.house.leaving import leave
from api.pages.listing import may_do
from api.pages.navigation import place_of
from api.pages.register.qr import code_of
from api.pages.visit import Answer, Told, View, Visit, missing, refused
from api.resources.perform import (
    Answer as Done,
)
from api.resources.perform import (
    Call,
    body_model,
    check_call,
    perform,
    perform_many,
    read_back,
)
from api.resources.references import refs_in, resolved
from api.resources.registry import all_resources
from api.resources.resource import Resource
from discovery.scan.targets import TargetError
from inventory.kernel.errors import InventoryError, NotFound
from inventory.kernel.texts import N_

_ASKS = ("test", "verify", "preview")
"""Acts that are done for their answer."""

_SEEN, _BACK, _TRY = "_version", "_back", "_try"


def show_list_act(visit: Visit, resource: Resource[Any], verb: str) -> Answer:
    """Draw or carry out an act of the list, `new` for making one."""
    wanted = "create" if verb == "new" else verb
    for act in resource.acts:
        if act.verb == wanted and (act.on == "list" or wanted == "create"):
            return answer(visit, Target(resource, act))
    return missing(f"/{resource.name}/{verb}")


def show_act(visit: Visit, resource: Resource[Any], ref: str, verb: str) -> Answer:
    """Draw or carry out an act of one thing."""
    for act in resource.acts:
        if act.verb == verb and act.on == "one" and verb != "create":
            try:
                number = resource.resolve(visit.reading, ref)
                row = resource.whole(visit.reading, number, visit.viewer)
            except NotFound as error:
                return missing(visit.words.problem(error))
            etag = resource.etag(visit.reading, number)
            return answer(visit, Target(resource, act, (number,), row, etag))
    return missing(f"/{resource.name}/{ref}/{verb}")


def show_selected(visit: Visit, resource: Resource[Any]) -> Answer:
    """Draw or carry out an act of the rows that were chosen in a list."""
    verb = (visit.form.get("act") or [visit.query.get("act", "")])[0]
    act = next((act for act in resource.acts if act.verb == verb and act.many), None)
    if act is None:
        return missing(f"/{resource.name}/selected")
    if not resource.may_see(visit.caller) or not may_do(visit, act):
        return refused(resource.title)
    try:
        ids = chosen_rows(visit, resource)
    except (InventoryError, ValidationError) as error:
        told = visit.words.error(error) if isinstance(error, InventoryError) else ""
        return View(template="nothing.html", title=told or resource.title, status=422)
    matching = (visit.form.get(MATCHING) or [visit.query.get(MATCHING, "")])[0]
    return answer(visit, Target(resource, act, ids, matching=matching))


def answer(visit: Visit, target: Target) -> Answer:
    """Draw the form of an act, or carry it out."""
    if not target.resource.may_see(visit.caller) or not may_do(visit, target.act):
        return refused(target.heading)
    asked = visit.typed(_BACK) or visit.query.get("back", "")
    target = replace(target, asked=local(asked) if asked else "")
    begun = _begun(visit, target)
    if not visit.sent:
        return _drawn(visit, target, begun, {})
    model = body_model(target.act)
    sent = {**visit.form, **{name: [text] for name, text in target.fixed.items()}}
    typed = begun | forms.texts(sent)
    try:
        sent |= forms.of_files(model, {n: one.data for n, one in visit.files.items()})
        typed |= forms.texts(sent)
        given = forms.given(model, sent, begun, change=target.act.changes)
        if visit.form.get(_TRY) and _tries(target):
            return _drawn(visit, target, typed, {}, **_tried(visit, target, given))
        later = _later(visit, target, given)
        if later is not None:
            return later
        done = _carry_out(visit, target, given)
    except ValidationError as error:
        return _drawn(visit, target, typed, forms.wrong(error, model, visit.words))
    except TargetError as error:
        return _drawn(visit, target, typed, {"targets": visit.words.error(error)})
    except InventoryError as error:
        return _drawn(visit, target, typed, forms.wrong(error, model, visit.words))
    except ApiError as error:
        return _drawn(visit, target, typed, {"": visit.words.error(error)})
    if _is_told(target, done.body):
        return _outcome(visit, target, done.body)
    return Told(_leads_to(target, done), _said(visit, target, done))


def _is_told(target: Target, body: Any) -> bool:  # noqa: ANN401
    """Whether what came of an act is worth a page: a secret, a link, rows."""
    act = target.act
    if target.ids and target.row is None:
        return False
    if act.answer is None or not isinstance(body, Mapping):
        return bool(act.shown_once)
    if act.verb in _ASKS:
        return True
    if act.shown_once:
        return any(body.get(name) for name in act.shown_once)
    return any(isinstance(one, list | tuple | Mapping) and one for one in body.values())


def _outcome(visit: Visit, target: Target, body: Any) -> View:  # noqa: ANN401
    """Draw what came of an act; secrets in it are shown this once."""
    made, body = _made(visit, target, body)
    facts, groups, tables = parts_by(visit, body, target.act.answer)
    return View(
        template="outcome.html",
        title=target.resource.title,
        here=place_of(target.resource.name, visit.caller),
        about={
            "back": target.home,
            "heading": target.heading,
            "values": dict(target.row or {}),
            "facts_of": facts,
            "fact_groups": groups,
            "tables": [*made, *tables],
            "once": bool(target.act.shown_once),
            "code": code_of(body["link"]) if body.get("link") else None,
        },
    )


def _made(
    visit: Visit, target: Target, body: Mapping[str, Any]
) -> tuple[list[Table], dict[str, Any]]:
    """Return what lists of numbers stand for, by name, and the answer without them."""
    left, found = dict(body), []
    for name, noun in ((n, n.removesuffix("_ids")) for n in body if n.endswith("_ids")):
        one = next((r for r in all_resources() if _noun(r) == noun), None)
        numbers = left.pop(name)
        if one is None or not one.may_see(visit.caller) or not numbers:
            continue
        with visit.app.engine.connect() as connection:
            rows = [one.whole(connection, int(n), visit.viewer) for n in numbers[:100]]
        cells = [[Shown(_called(one, row), "lead", one.path(row))] for row in rows]
        found.append(Table(one.title, [one.title], cells, len(numbers) - len(rows)))
    if target.row is not None:
        left = {n: v for n, v in left.items() if n != f"{_noun(target.resource)}_id"}
    return found, left


def _noun(one: Resource[Any]) -> str:
    return one.reference.noun if one.reference else ""


def _called(one: Resource[Any], row: Mapping[str, Any]) -> str:
    try:
        return one.called(row)
    except KeyError:
        return str(row.get("name") or row["id"])


def _begun(visit: Visit, target: Target) -> dict[str, Any]:
    fields = body_model(target.act).model_fields
    # What is so unless somebody says otherwise begins ticked.
    begun: dict[str, Any] = {
        name: "true" for name, one in fields.items() if one.default is True
    }
    asked = {
        name: visit.query[name]
        for name in fields
        if name in visit.query and not visit.sent
    }
    if target.row is None:
        if "time_zone" in fields:
            begun["time_zone"] = visit.words.zone
        return begun | _as_begun(visit, target) | asked
    begun |= asked
    if target.act.verb == "update":
        begun |= {
            name: _as_input(target.row[name])
            for name in body_model(target.act).model_fields
            if name in target.row
        }
        begun |= {
            asked.by: target.row[asked.by]
            for asked in with_parts(body_model(target.act)).values()
            if asked.by in target.row
        }
    return _named(visit, target, begun | _as_begun(visit, target))


def _as_begun(visit: Visit, target: Target) -> dict[str, Any]:
    """Return the values that the act says its form begins with."""
    if target.act.begin is None:
        return {}
    number = target.ids[0] if target.ids else 0
    with visit.looking() as work:
        acting = Acting(visit.app, visit.caller, work, visit.base, number)
        return dict(target.act.begin(acting))


def _named(visit: Visit, target: Target, begun: dict[str, Any]) -> dict[str, Any]:
    """Return values with the names of the things they refer to, not their numbers."""
    for name, (ref, many) in refs_in(body_model(target.act)).items():
        value, by = begun.get(name), ref.reference.by
        if many or not by or not isinstance(value, int):
            continue
        table = ref.reference.table
        called = select(table.c[by[0]]).where(table.c.id == value)
        begun[name] = visit.reading.scalar(called) or value
    return begun


def _as_input(value: object) -> object:
    """Return a value of a detail as it is typed: a thing by its code or tag."""
    if isinstance(value, Mapping):
        return next((value[n] for n in ("code", "tag", "key") if n in value), value)
    return value


def _later(visit: Visit, target: Target, given: dict[str, Any]) -> Told | None:
    """Leave an act to who works on jobs, if it is long; else None."""
    act = target.act
    if act.long is None or not somebody_works(visit.app):
        return None
    checked = body_model(act).model_validate(given)
    match = (visit.form.get(_SEEN) or [""])[0]
    call = Call(visit.app, visit.viewer, visit.base, match or None)
    ref = target.ids[0] if target.ids else None
    thing = check_call(target.resource, act, call, checked, ref)
    if not act.long(visit.reading, thing, resolved(visit.reading, checked)):
        return None
    values = checked.model_dump(mode="json", exclude_unset=True)
    asked = request_of_act(target.resource.name, act, thing, values, visit.base)
    return leave(visit, asked)


def _carry_out(
    visit: Visit, target: Target, given: dict[str, Any], *, write: bool = True
) -> Done:
    model = body_model(target.act)
    checked = model.model_validate(given)
    match = (visit.form.get(_SEEN) or [""])[0]
    call = Call(visit.app, visit.viewer, visit.base, match or None)
    with visit.work() as work:
        if target.row is None and target.ids:
            pairs: list[tuple[int | str | None, Any]] = [
                (number, target.act.given.model_construct(**_values(checked)))
                for number in target.ids
            ]
            result = perform_many(
                target.resource, target.act, call, work, pairs, atomic=True
            )
            answer = Done(200, result)
        else:
            done = perform(
                target.resource,
                target.act,
                call,
                work,
                checked,
                target.ids[0] if target.ids else None,
            )
            answer = read_back(target.resource, target.act, call, work, done)
        if write:
            work.commit()
        else:
            work.rollback()
    return answer


def _tries(target: Target) -> bool:
    """Whether a form offers to be tried: on those chosen, or where it is declared."""
    return target.act.try_first or (target.row is None and bool(target.ids))


def _tried(visit: Visit, target: Target, given: dict[str, Any]) -> dict[str, Any]:
    """Return what would become of each thing that was chosen, or what is answered."""
    if target.act.try_first and target.act.answer is not None:
        return {"foreseen": _carry_out(visit, target, given, write=False).body}
    checked = body_model(target.act).model_validate(given)
    call = Call(visit.app, visit.viewer, visit.base, None)
    pairs = [
        (number, target.act.given.model_construct(**_values(checked)))
        for number in target.ids
    ]
    tried = try_many(visit, target.resource, target.act, call, pairs)
    return {"tried": tried}


def _values(given: Any) -> dict[str, Any]:  # noqa: ANN401
    return {name: getattr(given, name) for name in given.model_fields_set}


def _leads_to(target: Target, done: Done) -> str:
    if target.asked:
        return target.asked
    if target.act.verb == "delete":
        return f"/{target.resource.name}"
    body = done.body
    if target.act.answer is None and isinstance(body, Mapping) and "id" in body:
        return (
            f"/{target.resource.name}/{body['id']}"
            if target.resource.get
            else (f"/{target.resource.name}")
        )
    return target.back


def _said(visit: Visit, target: Target, done: Done) -> str:
    body = done.body if isinstance(done.body, Mapping) else {}
    try:
        return visit.words.text(target.act.said, **visit.words.answered(body))
    except (KeyError, IndexError, ValueError):
        return visit.words.text("Done.")


def _drawn(
    visit: Visit,
    target: Target,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    tried: Sequence[Tried] = (),
    foreseen: Mapping[str, Any] | None = None,
) -> View:
    act = target.act
    told = _foretold(visit, act, foreseen)
    form = forms.Form(
        action=target.action,
        button=_button(target),
        groups=forms.fields_of(
            body_model(act),
            values,
            errors,
            app=visit.app,
            leave_out=(*target.fixed, *target.left_out),
            titles=target.titles,
        ),
        cancel=target.home,
        hidden=_hidden(visit, target),
        problem=errors.get("", ""),
        danger=target.act.danger,
    )
    return View(
        template="form.html",
        title=target.resource.title,
        here=place_of(target.resource.name, visit.caller),
        about={
            "form": form,
            "heading": target.heading,
            "values": dict(target.row or {}),
            "count": len(target.ids),
            "many_chosen": _tries(target),
            "tried": tried,
            "foreseen": told,
            "thing": visit.words.said(_thing(target)),
            "about": act.summary,
            "consequences": _consequences(visit, target),
        },
        status=422 if errors else 200,
    )


def _foretold(
    visit: Visit, act: Act, body: Mapping[str, Any] | None
) -> tuple[Sequence[Any], Sequence[Table]] | None:
    """Return facts and tables of what would come of an act; None if it is not tried."""
    if body is None or act.answer is None:
        return None
    facts, _, tables = parts_by(visit, body, act.answer)
    return facts, tables


def _hidden(visit: Visit, target: Target) -> list[tuple[str, str]]:
    """Return what goes along: what was chosen, the version, the way back."""
    found = [("id", str(number)) for number in target.ids if target.row is None]
    if target.matching:
        found = [(MATCHING, target.matching)]
    if found:
        found.append(("act", target.act.verb))
    if target.asked:
        found.append((_BACK, target.asked))
    if target.etag:
        found.append((_SEEN, (visit.form.get(_SEEN) or [target.etag])[0]))
    return found


def _thing(target: Target) -> str:
    """Return what the thing is called, if the heading does not say it."""
    if target.row is None or "{" in target.heading:
        return ""
    return _called(target.resource, target.row)


def _button(target: Target) -> str:
    """Return what the button says: the heading, unless it names the thing."""
    if target.act.verb == "update":
        return N_("Save")
    if target.act.verb == "create" and not target.act.title:
        return N_("Save")
    if "{" in target.heading or target.called:
        return target.act.verb.replace("-", " ").capitalize()
    return target.heading


def _consequences(visit: Visit, target: Target) -> Sequence[str]:
    if target.act.consequences is None or visit.sent:
        return ()
    with visit.looking() as work:
        number = target.ids[0] if target.ids else 0
        acting = Acting(visit.app, visit.caller, work, visit.base, number)
        # Nothing is typed yet; only the thing is known.
        named: dict[str, Any] = {target.act.ref: number} if target.act.ref else {}
        given = resolved(work.connection, target.act.given.model_construct(**named))
        told = target.act.consequences(acting, given)
        return [visit.words.said(one) for one in told]
