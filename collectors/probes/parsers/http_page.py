"""The first page of a web server: title, server, realm, generator. Pure."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

from collectors.probes.parsers.said import Said
from collectors.probes.parsers.upnp import headers

MOST_BYTES = 65_536
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)
_GENERATOR = re.compile(
    r"<meta\s[^>]{0,200}?name=[\"']?generator[\"']?\s[^>]{0,80}?content=[\"']([^\"'>]{1,200})",
    re.IGNORECASE,
)
_REALM = re.compile(r"realm=\"?([^\",]{1,200})", re.IGNORECASE)
_DEFAULT = re.compile(
    r"^welcome to nginx|default page: it works|^it works!?$|^iis windows|"
    r"^(?:http server )?test page\b|^apache\d? .*default page|"
    r"^welcome to (?:caddy|openresty|tengine|centos|lighttpd)|"
    r"^apache tomcat/\d|^site under construction$|^placeholder page$|"
    r"^(?:internet information services|under construction)$",
    re.IGNORECASE,
)
"""Titles of the pages that web servers are installed with."""
_CHARSET = re.compile(rb"charset=[\"']?([A-Za-z0-9_-]{2,32})", re.IGNORECASE)


def request(host: str, path: str = "/") -> bytes:
    """Return a GET for a path; `host` as it stands in the header."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Purser\r\n"
        "Accept: text/html,*/*;q=0.5\r\nAccept-Encoding: identity\r\n"
        "Connection: close\r\n\r\n"
    ).encode("ascii", "ignore")


def post(host: str, path: str, kind: str, body: bytes) -> bytes:
    """Return a POST of some bytes."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Purser\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
    ).encode("ascii", "ignore") + body


_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.IGNORECASE)


def is_whole(answer: bytes) -> bool:
    """Whether an HTTP answer is there to the length it says, or to our bound."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return len(answer) > MOST_BYTES
    length = _LENGTH.search(head + b"\r\n")
    return len(body) >= (min(int(length[1]), MOST_BYTES) if length else MOST_BYTES)


def body_of(answer: bytes) -> bytes:
    """Return the body of an HTTP answer, taken out of its chunks."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" not in head.lower():
        return body
    whole, at = bytearray(), 0
    while at < len(body):
        end = body.find(b"\r\n", at)
        size = body[at:end].split(b";")[0].strip() if end >= 0 else b""
        try:
            count = int(size, 16)
        except ValueError:
            break
        if not 0 < count <= len(body):
            break
        whole += body[end + 2 : end + 2 + count]
        at = end + 2 + count + 2
    return bytes(whole)


def status_of(answer: bytes) -> int:
    """Return the status of an HTTP answer; 0 where it is none."""
    line = answer[:64].split(b"\r\n")[0].split(b" ")
    usable = len(line) > 1 and line[0].startswith(b"HTTP/") and line[1].isdigit()
    return int(line[1]) if usable and len(line[1]) == 3 else 0


def read_page(answer: bytes, port: int, host: str, *, tls: bool = False) -> Said:
    """Return what the answer to a GET says.

    `more` holds a path on the same server that it sends us on to, if it does.
    """
    said = Said()
    status = status_of(answer)
    if not status:
        return said
    head = answer.partition(b"\r\n\r\n")[0][:16_384].decode("latin-1")
    told = headers(head)
    said.clue("http-server", told.get("server"), f"http {port} Server")
    challenge = told.get("www-authenticate", "")
    if realm := _REALM.search(challenge):
        said.clue("http-realm", realm[1], f"http {port} realm")
    text = _decoded(body_of(answer)[:MOST_BYTES])
    if title := _TITLE.search(text):
        words = " ".join(html.unescape(title[1]).split())
        said.clue("http-title", words, f"http {port} title")
        if _DEFAULT.search(words):
            said.serves("default-page", port, product=words)
    if generator := _GENERATOR.search(text):
        said.announced("http generator", html.unescape(generator[1]))
    said.serves("https" if tls else "http", port, product=told.get("server"))
    if 300 <= status < 400 and (path := _onward(told.get("location", ""), host)):
        said.more.append(path)
    return said


def _onward(location: str, host: str) -> str | None:
    """Return the path of a redirection, if it stays on this server."""
    try:
        target = urlsplit(urljoin(f"http://{host}/", location))
        mine = urlsplit(f"http://{host}/")
        same = (target.hostname, target.port) == (mine.hostname, mine.port)
    except ValueError:
        return None
    path = target.path + (f"?{target.query}" if target.query else "")
    plain = path.isascii() and path.isprintable() and " " not in path
    return path if same and path != "/" and plain and len(path) < 512 else None


def _decoded(body: bytes) -> str:
    found = _CHARSET.search(body[:2048])
    charset = found[1].decode("ascii") if found else "utf-8"
    try:
        return body.decode(charset, "replace")
    except (LookupError, UnicodeError, ValueError):
        return body.decode("latin-1")
