"""The page behind a one-time link: what was handed over, accept it or dispute it.

Without a login and without a script, except for drawing: who got the things may have
no account. The link itself is the secret, so the page is neither cached nor linked
from elsewhere, and says nothing where the link is wrong.
"""

from __future__ import annotations

import json
from html import escape
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from api.compose.wiring import App
from api.http.deps import AppDep
from api.routes.acceptances import document
from api.routes.labels import pdf
from api.web.login import same_origin
from api.web.style import ICON, LOGIN_CSS
from inventory.assets.custody import acceptance
from inventory.assets.custody.signatures import HEIGHT, WIDTH
from inventory.kernel.errors import Invalid, InventoryError
from inventory.storage.rows import Row

router = APIRouter(include_in_schema=False)
ACTOR = "link"
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_MORE_CSS = """
main.wide{max-width:680px;width:100%;box-sizing:border-box}
main.wide form{border:0;padding:0;width:auto;box-shadow:none}
table{border-collapse:collapse;width:100%;
font-size:14px}th,td{text-align:left;padding:6px 10px 6px 0;
border-bottom:1px solid #e2e6ea}canvas{width:100%;border:1px solid #c8cfd6;
border-radius:6px;touch-action:none;background:#fff;display:block}
pre{white-space:pre-wrap;font:inherit;background:#f6f7f9;padding:10px 12px;
border-radius:6px}.terms{max-height:14em;overflow:auto}details{margin-top:18px}
button.second{background:#fff;color:#a4262c;border:1px solid #a4262c}
textarea{width:100%;box-sizing:border-box;font:inherit;min-height:5em}
"""
_DRAW = f"""
const c=document.getElementById('pad'),x=c.getContext('2d'),s=[];let l=null;
c.width={WIDTH};c.height={HEIGHT};x.lineWidth=5;x.lineCap=x.lineJoin='round';
const at=e=>{{const r=c.getBoundingClientRect();return[
Math.max(0,Math.min({WIDTH},Math.round((e.clientX-r.left)*{WIDTH}/r.width))),
Math.max(0,Math.min({HEIGHT},Math.round((e.clientY-r.top)*{HEIGHT}/r.height)))]}};
const put=()=>document.getElementById('drawing').value=JSON.stringify(s);
c.addEventListener('pointerdown',e=>{{c.setPointerCapture(e.pointerId);l=[at(e)];
s.push(l);put()}});
c.addEventListener('pointermove',e=>{{if(!l)return;const p=at(e),q=l[l.length-1];
if(p[0]==q[0]&&p[1]==q[1])return;x.beginPath();x.moveTo(...q);x.lineTo(...p);
x.stroke();l.push(p);put()}});
c.addEventListener('pointerup',()=>l=null);
document.getElementById('wipe').addEventListener('click',()=>{{s.length=0;
x.clearRect(0,0,c.width,c.height);put()}});
"""


@router.get("/accept/{token}")
def look(app: AppDep, token: str) -> HTMLResponse:
    """Show what was handed over, with its terms."""
    try:
        with app.work(ACTOR) as work:
            row = acceptance.open_acceptance(work, token, _key(app))
    except InventoryError as error:
        return _refused(error)
    return page("Confirm what you got", _asked(row, token))


@router.post("/accept/{token}")
def answer(
    request: Request,
    app: AppDep,
    token: str,
    signature: Annotated[str, Form(max_length=200)] = "",
    drawing: Annotated[str, Form(max_length=200_000)] = "",
    remark: Annotated[str, Form(max_length=5000)] = "",
    say: Annotated[str, Form(max_length=20)] = "",
) -> HTMLResponse:
    """Take the answer; the link works no more after it."""
    same_origin(request, app)
    row: Row | None = None
    try:
        with app.work(ACTOR) as work:
            row = acceptance.open_acceptance(work, token, _key(app))
            if say == "dispute":
                acceptance.dispute(work, token, _key(app), remark)
            else:
                strokes = _strokes(drawing)
                acceptance.accept(work, token, _key(app), signature, strokes)
            work.commit()
    except Invalid as error:
        if row is not None:
            return page(
                "Confirm what you got", _asked(row, token, str(error)), status=422
            )
        return _refused(error)
    except InventoryError as error:
        return _refused(error)
    proof = quote(app.seal.pass_for(f"acceptance {row['id']}"))
    told = "We will look into it." if say == "dispute" else "Your answer is recorded."
    target = f"/accepted/{row['id']}?proof={proof}"
    save_it = f'<p><a href="{target}">Save the document (PDF)</a></p>'
    return page("Thank you", f"<p>{told}</p>{save_it}")


@router.get("/accepted/{acceptance_id}")
def save(app: AppDep, acceptance_id: int, proof: str = "") -> Response:
    """Give the document to who answered just now; the proof ends by itself."""
    if not app.seal.passes(f"acceptance {acceptance_id}", proof):
        return page("There is no such document", "<p>Ask for it.</p>", status=404)
    with app.engine.connect() as reading:
        made = document(reading, acceptance_id)
    if made is None:
        return page("There is no such document", "<p>Ask for it.</p>", status=404)
    answer = pdf(made, f"handover-{acceptance_id}")
    answer.headers.update(_PRIVATE)
    return answer


def _key(app: App) -> bytes:
    return app.seal.derived("acceptance")


def _strokes(text: str) -> object:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _asked(row: Row, token: str, trouble: str = "") -> str:
    lines = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(str(item.get(name) or ''))}</td>"
            for name in ("tag", "kind", "model", "serial", "from")
        )
        + "</tr>"
        for item in row["items"]
    )
    wrong = f'<p class="error" role="alert">{escape(trouble)}</p>' if trouble else ""
    target = escape(f"/accept/{token}", quote=True)
    return (
        f"{wrong}<table><thead><tr><th>Tag</th><th>Kind</th><th>Model</th>"
        f"<th>Serial</th><th>From</th></tr></thead><tbody>{lines}</tbody></table>"
        f'<pre class="terms">{escape(row["terms"])}</pre>'
        f'<form method="post" action="{target}"><input type="hidden" name="say"'
        ' value="accept"><label for="signature">Your name</label>'
        '<input id="signature" name="signature" autocomplete="name" required>'
        "<label>Your signature, drawn (if you like)</label>"
        '<canvas id="pad" aria-label="Field to draw your signature"></canvas>'
        '<p><a href="#pad" id="wipe">Wipe it</a></p>'
        '<input type="hidden" id="drawing" name="drawing">'
        '<button type="submit">I got these things and accept the terms</button></form>'
        "<details><summary>Something is wrong</summary>"
        f'<form method="post" action="{target}"><input type="hidden" name="say"'
        ' value="dispute"><label for="remark">What is wrong?</label>'
        '<textarea id="remark" name="remark" required></textarea>'
        '<button class="second" type="submit">Send</button></form></details>'
        f"<script>{_DRAW}</script>"
    )


def _refused(error: InventoryError) -> HTMLResponse:
    text = f"<p>{escape(error.problem)} {escape(error.remedy)}</p>"
    status = 404 if error.code == "not-found" else 410
    return page("This link does not work", text, status=status)


def page(title: str, inner: str, status: int = 200) -> HTMLResponse:
    """Return a plain page behind a link that is a secret."""
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:image/svg+xml,{quote(ICON)}">'
        f"<title>{escape(title)} - Purser</title><style>{LOGIN_CSS}{_MORE_CSS}</style>"
        f'</head><body><main class="box wide"><h1>{escape(title)}</h1>{inner}</main>'
        "</body></html>",
        status,
        headers=_PRIVATE,
    )
