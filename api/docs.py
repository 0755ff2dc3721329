"""`/docs`: the API described for a reader, made from its OpenAPI description.

Plain HTML without scripts, so it works offline and behind strict proxies; tools
read `/openapi.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_CSS = """
:root{color-scheme:light dark;
--ink:light-dark(#16202c,#e8ecee);--soft:light-dark(#55626f,#9daab2);
--line:light-dark(#e2e6ea,#2a3238);--ground:light-dark(#f6f7f9,#0f1316);
--paper:light-dark(#fff,#171c20);--accent:light-dark(#0f5c73,#5cc1d6);
--good:light-dark(#1b6e3f,#6fd39a);--bad:light-dark(#a4262c,#ff938f);
--font:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
body{margin:0;font-family:var(--font);color:var(--ink);background:var(--ground);
font-size:14px;line-height:1.45;-webkit-font-smoothing:antialiased}
a{color:var(--accent);text-decoration:none}
a:hover,p a{text-decoration:underline}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
h1{font-size:22px;font-weight:600;margin:0;line-height:1.25;letter-spacing:-.01em}
h2{font-size:15px;font-weight:600;margin:0;line-height:1.4}
code,.mono{font-family:var(--mono);font-size:12.5px;overflow-wrap:anywhere}
table{table-layout:fixed}td{overflow-wrap:anywhere}
main{max-width:900px;margin:40px auto;padding:0 24px 80px}
h2{margin:32px 0 8px;text-transform:capitalize}
details{background:var(--paper);border:1px solid var(--line);border-radius:8px;
margin:6px 0}
summary{cursor:pointer;padding:10px 14px;display:flex;gap:12px;align-items:baseline;
flex-wrap:wrap}
summary span{color:var(--soft)}
summary b{font:600 12px var(--mono);min-width:52px;color:var(--accent)}
summary b.post,summary b.put,summary b.patch{color:var(--good)}
summary b.delete{color:var(--bad)}
details div{padding:0 14px 14px}
h4{margin:16px 0 6px;font-size:13px}
table{border-collapse:collapse;width:100%;margin:6px 0}
th{text-align:left;color:var(--soft);font-weight:500;font-size:12px}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}
"""
_METHODS = ("get", "post", "put", "patch", "delete")


def render(description: Mapping[str, Any]) -> str:
    """Return the HTML page of an OpenAPI description."""
    info = description["info"]
    body = "".join(_operations(description))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])} API</title><style>{_CSS}</style></head>"
        f"<body><main><h1>{escape(info['title'])} API {escape(info['version'])}</h1>"
        f"<p>{escape(info.get('description', ''))}</p>"
        '<p>Machines read <a href="openapi.json">openapi.json</a>.</p>'
        f"{body}</main></body></html>"
    )


def _operations(description: Mapping[str, Any]) -> Iterator[str]:
    tag = None
    for path, methods in description["paths"].items():
        for method in _METHODS:
            if method not in methods:
                continue
            operation = methods[method]
            first = (operation.get("tags") or [""])[0]
            if first != tag:
                tag = first
                yield f"<h2>{escape(tag)}</h2>"
            yield _operation(method, path, operation, description)


def _operation(
    method: str,
    path: str,
    operation: Mapping[str, Any],
    description: Mapping[str, Any],
) -> str:
    parts = [f"<p>{escape(operation.get('description', ''))}</p>"]
    roles = [
        role
        for entry in operation.get("security", ())
        for scopes in entry.values()
        for role in scopes
    ]
    if roles:
        parts.append(f"<p>Roles: {escape(', '.join(dict.fromkeys(roles)))}</p>")
    parts.append(_parameters(operation))
    body = operation.get("requestBody", {}).get("content", {})
    for media, content in body.items():
        parts.append(f"<h4>Body, {escape(media)}</h4>")
        parts.append(_schema(content.get("schema", {}), description))
    parts.append("<h4>Answers</h4>")
    for status, response in operation.get("responses", {}).items():
        parts.append(_response(status, response, description))
    return (
        f'<details><summary><b class="{method}">{method.upper()}</b>'
        f"<code>{escape(path)}</code>"
        f"<span>{escape(_first_sentence(operation))}</span></summary>"
        f"<div>{''.join(parts)}</div></details>"
    )


def _first_sentence(operation: Mapping[str, Any]) -> str:
    text = operation.get("description") or operation.get("summary", "")
    return str(text).split(". ")[0].split("\n")[0].rstrip(".")


def _parameters(operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(item['name'])}</code></td><td>{escape(item['in'])}</td>"
        f"<td>{escape(_kind(item.get('schema', {})))}</td>"
        f"<td>{escape(item.get('description', ''))}</td></tr>"
        for item in operation.get("parameters", ())
    )
    if not rows:
        return ""
    return (
        "<h4>Parameters</h4><table><tr><th>Name</th><th>In</th><th>Type</th>"
        f"<th>Meaning</th></tr>{rows}</table>"
    )


def _response(
    status: str, response: Mapping[str, Any], description: Mapping[str, Any]
) -> str:
    text = escape(response.get("description", ""))
    shapes = "".join(
        _schema(content.get("schema", {}), description)
        for media, content in response.get("content", {}).items()
        if not media.startswith("application/problem")
    )
    return f"<p><b>{escape(status)}</b> {text}</p>{shapes}"


def _schema(schema: Mapping[str, Any], description: Mapping[str, Any]) -> str:
    shape = _resolve(schema, description)
    if shape.get("type") == "array":
        return "<p>A list of:</p>" + _schema(shape.get("items", {}), description)
    rows = ""
    for name, field in shape.get("properties", {}).items():
        needed = "" if name in shape.get("required", ()) else " (optional)"
        rows += (
            f"<tr><td><code>{escape(name)}</code></td>"
            f"<td>{escape(_kind(field))}{needed}</td>"
            f"<td>{escape(field.get('description', ''))}</td></tr>"
        )
    if not rows:
        return ""
    about = escape(shape.get("description", ""))
    head = "<tr><th>Field</th><th>Type</th><th>Meaning</th></tr>"
    return f"<p>{about}</p><table>{head}{rows}</table>"


def _resolve(
    schema: Mapping[str, Any], description: Mapping[str, Any]
) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    if name:
        found: Mapping[str, Any] = description["components"]["schemas"][name]
        return found
    return schema


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")
