"""`/docs`: the API described for a reader, made from its OpenAPI description.

Plain HTML without scripts, so it works offline and behind strict proxies; tools
read `/openapi.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from api.web.style import DOCS_CSS

_METHODS = ("get", "post", "put", "patch", "delete")


def render(description: Mapping[str, Any]) -> str:
    """Return the HTML page of an OpenAPI description."""
    info = description["info"]
    body = "".join(_operations(description))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])} API</title><style>{DOCS_CSS}</style></head>"
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
