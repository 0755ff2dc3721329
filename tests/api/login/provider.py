"""An OpenID Connect provider on a socket of this machine, which can also lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "purser-at-home", "not-for-strangers"


class Provider:
    """What it tells of somebody, and what is wrong with it.

    Attributes:
        person: Claims of who logs in.
        lies: What replaces claims of the identity token.
        hides: Claims that only the user info endpoint tells.
        algorithm: How tokens are signed: RS256, HS256 or none.
        more: What the user info endpoint tells besides.
        asked: Paths that were asked.
    """

    def __init__(self, now: float) -> None:
        self.now = int(now)
        self.person: dict[str, Any] = {"sub": "u-1"}
        self.lies: dict[str, Any] = {}
        self.hides: set[str] = set()
        self.algorithm = "RS256"
        self.more: dict[str, Any] = {}
        self.asked: list[str] = []
        self.url = ""
        self._key = RSAKey.generate_key(2048, {"kid": "one"})
        self._codes: dict[str, dict[str, str]] = {}

    def log_in_there(self, address: str) -> str:
        """Return where the browser is sent back to, once its owner has logged in."""
        query = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = query
        back = urlencode({"code": code, "state": query["state"], "iss": self.url})
        return f"{query['redirect_uri']}?{back}"

    def answer(self, path: str, form: dict[str, str], auth: str) -> dict[str, Any]:
        """Return the JSON of an address; empty for none."""
        self.asked.append(path)
        match path:
            case "/.well-known/openid-configuration":
                places = {
                    "authorization_endpoint": "authorize",
                    "token_endpoint": "token",
                    "jwks_uri": "keys",
                    "userinfo_endpoint": "me",
                }
                told = {name: f"{self.url}/{one}" for name, one in places.items()}
                return {"issuer": self.url} | told
            case "/keys":
                return {"keys": [self._key.as_dict(private=False)]}
            case "/me":
                return self.person | self.more
            case "/token":
                return self._token(form, auth)
        return {}

    def _token(self, form: dict[str, str], auth: str) -> dict[str, Any]:
        begun = self._codes.pop(form.get("code", ""), None)
        right = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if begun is None or auth != f"Basic {right}":
            return {}
        hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        if challenge != begun["code_challenge"]:
            return {}
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": begun["nonce"],
        } | {k: v for k, v in self.person.items() if k not in self.hides}
        claims |= self.lies
        return {"access_token": "at", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "none":
            parts = ({"alg": "none"}, claims)
            texts = [base64.urlsafe_b64encode(json.dumps(p).encode()) for p in parts]
            return ".".join(one.decode().rstrip("=") for one in texts) + "."
        if self.algorithm == "HS256":  # signed by the public key, as if it were secret
            pem = self._key.as_pem(private=False)
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(pem))
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self._key)


@contextmanager
def serving(now: float) -> Iterator[Provider]:
    """Yield a provider that answers on a port of this machine."""
    provider = Provider(now)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send({})

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["content-length"])).decode()
            self._send({k: v[0] for k, v in parse_qs(text).items()})

        def _send(self, form: dict[str, str]) -> None:
            auth = self.headers.get("authorization", "")
            told = provider.answer(urlsplit(self.path).path, form, auth)
            body = json.dumps(told).encode()
            self.send_response(200 if told else 400)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(120)
