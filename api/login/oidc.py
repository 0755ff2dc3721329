"""OpenID Connect: authorisation code with PKCE, as of OpenID Connect Core 1.0.

The way there (state, nonce, verifier) is kept sealed in a cookie of the browser that
began it, so a code that somebody else got is worth nothing here. An identity token is
believed if a key of the provider signed it (never `none`, never a shared secret), for
us, now, and with our nonce. The second factor is the provider's business.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.compose.wiring import App
from api.login.provider_endpoints import endpoint_of
from config.sign_in import Oidc
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.people.outside_accounts import OutsidePerson

CALLBACK = "/login/oidc/callback"
SECONDS = 600
"""So long somebody may take at the provider."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
LEEWAY = 60
"""Seconds by which clocks may differ."""
TIMEOUT = 10.0
LARGEST = 512 * 1024
"""Bytes of an answer of the provider."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")

log = structlog.get_logger("purser.auth")


class ProviderFailed(InventoryError):
    """The identity provider did not vouch for you."""

    code = "provider-failed"
    remedy = (
        "Try again; if it fails again, an administrator finds the reason in the log."
    )


@dataclass(frozen=True, slots=True)
class Begun:
    """The way to the provider.

    Attributes:
        address: Where the browser goes.
        cookie: What it keeps meanwhile, sealed.
    """

    address: str
    cookie: str


def begin(app: App, chosen: Oidc, redirect: str, target: str) -> Begun:
    """Return the way to the provider.

    Args:
        app: The composition.
        chosen: The provider.
        redirect: Our address where it sends people back to.
        target: The page that was wanted.

    Raises:
        ProviderFailed: It does not answer.
    """
    with _client(chosen) as client:
        about = _about(client, chosen)
    verifier, state, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = _b64(hashlib.sha256(verifier.encode()).digest())
    query = {
        "response_type": "code",
        "client_id": chosen.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(dict.fromkeys(("openid", *chosen.scopes))),
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    place = about["authorization_endpoint"]
    mark = "&" if urlsplit(place).query else "?"
    kept = app.seal.pass_for(json.dumps(["oidc", state, nonce, verifier, target]))
    return Begun(f"{place}{mark}{urlencode(query)}", kept)


def finish(
    app: App, chosen: Oidc, redirect: str, cookie: str, query: Mapping[str, str]
) -> tuple[OutsidePerson, str]:
    """Return whom the provider vouches for, and the page that was wanted.

    Args:
        app: The composition.
        chosen: The provider.
        redirect: As in `begin`.
        cookie: What the browser kept.
        query: What came back with it.

    Raises:
        ProviderFailed: It does not, or not to this browser.
    """
    told = app.seal.read_pass(cookie, SECONDS)
    kind, state, nonce, verifier, target = json.loads(told) if told else [""] * 5
    sent = query.get("state", "")
    if kind != "oidc" or not secrets.compare_digest(sent.encode(), state.encode()):
        raise _failed(
            "state", N_("This browser did not begin the log-in, or too long ago.")
        )
    if query.get("error") or not query.get("code"):
        raise _failed(query.get("error", "no code")[:100])
    with _client(chosen) as client:
        about = _about(client, chosen)
        _check_issuer(chosen, about, query.get("iss"))
        tokens = _tokens(client, chosen, about, redirect, query["code"], verifier)
        claims = _verified(
            client, chosen, about, tokens, nonce, app.clock().timestamp()
        )
        claims = _completed(client, chosen, about, tokens, claims)
    return _person(chosen, claims), target


def way_out(chosen: Oidc, back: str) -> str:
    """Return where the browser ends its session at the provider; `back` if nowhere.

    As of OpenID Connect RP-Initiated Logout 1.0; the provider asks whether it is meant.

    Args:
        chosen: The provider.
        back: Our page that follows.

    Raises:
        ProviderFailed: It does not answer.
    """
    with _client(chosen) as client:
        about = _about(client, chosen)
    place = about.get("end_session_endpoint")
    if not place:
        return back
    query = {"client_id": chosen.client_id, "post_logout_redirect_uri": back}
    mark = "&" if urlsplit(place).query else "?"
    return f"{place}{mark}{urlencode(query)}"


def _check_issuer(chosen: Oidc, about: Mapping[str, Any], told: str | None) -> None:
    """Refuse an answer that another provider may have sent us (RFC 9207)."""
    promised = about.get("authorization_response_iss_parameter_supported") is True
    if told != chosen.issuer and (told is not None or promised):
        raise _failed("answer of another issuer")


def _client(chosen: Oidc) -> httpx.Client:
    import ssl

    trust: Any = True
    if chosen.ca_file is not None:
        trust = ssl.create_default_context(cafile=str(chosen.ca_file))
    return httpx.Client(timeout=TIMEOUT, verify=trust, follow_redirects=False)


def _about(client: httpx.Client, chosen: Oidc) -> dict[str, Any]:
    """Return what the provider says of itself (OpenID Connect Discovery 1.0)."""
    address = f"{chosen.issuer.rstrip('/')}/.well-known/openid-configuration"
    about = _asked(client, "GET", address)
    if about.get("issuer") != chosen.issuer:
        raise _failed("the discovery document names another issuer")
    told = [name for name in _OPTIONAL if about.get(name)]
    for name in (*_NEEDED, *told):
        try:
            endpoint_of(chosen.issuer, about, name)
        except ValueError as error:
            raise _failed(str(error)) from error
    return about


def _tokens(
    client: httpx.Client,
    chosen: Oidc,
    about: Mapping[str, Any],
    redirect: str,
    code: str,
    verifier: str,
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "client_id": chosen.client_id,
        "code_verifier": verifier,
    }
    secret = chosen.client_secret.get_secret_value()
    auth = None
    methods = about.get("token_endpoint_auth_methods_supported", ())
    if secret and "client_secret_basic" not in methods and methods:
        form["client_secret"] = secret
    elif secret:
        # Encoded as in forms before they become a header (RFC 6749, section 2.3.1).
        auth = httpx.BasicAuth(quote_plus(chosen.client_id), quote_plus(secret))
    return _asked(client, "POST", about["token_endpoint"], data=form, auth=auth)


def _verified(
    client: httpx.Client,
    chosen: Oidc,
    about: Mapping[str, Any],
    tokens: Mapping[str, Any],
    nonce: str,
    now: float,
) -> dict[str, Any]:
    """Return the claims of an identity token (OpenID Connect Core, section 3.1.3.7)."""
    keys = _asked(client, "GET", about["jwks_uri"])
    try:
        key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]
        token = jwt.decode(
            str(tokens.get("id_token", "")), key_set, algorithms=ALGORITHMS
        )
        rules = jwt.JWTClaimsRegistry(
            now=int(now),
            leeway=LEEWAY,
            iss={"essential": True, "value": chosen.issuer},
            aud={"essential": True, "value": chosen.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        rules.validate(token.claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _failed(f"identity token: {type(error).__name__}") from error
    claims = dict(token.claims)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != chosen.client_id:
        raise _failed("the identity token is for another client")
    return claims


def _completed(
    client: httpx.Client,
    chosen: Oidc,
    about: Mapping[str, Any],
    tokens: Mapping[str, Any],
    claims: dict[str, Any],
) -> dict[str, Any]:
    """Return the claims with those that only the user info endpoint tells."""
    wanted = {chosen.login_claim, chosen.groups_claim}
    place, bearer = about.get("userinfo_endpoint"), tokens.get("access_token")
    if wanted <= claims.keys() or not place or not bearer:
        return claims
    more = _asked(client, "GET", place, headers={"Authorization": f"Bearer {bearer}"})
    if more.get("sub") != claims["sub"]:
        raise _failed("the user info is of somebody else")
    return more | claims


def _person(chosen: Oidc, claims: Mapping[str, Any]) -> OutsidePerson:
    login = str(claims.get(chosen.login_claim) or claims.get("email") or "")
    groups = claims.get(chosen.groups_claim) or ()
    if isinstance(groups, str):
        groups = [groups]
    return OutsidePerson(
        provider="oidc",
        subject=str(claims["sub"])[:255],
        login=login[:200],
        name=str(claims.get("name") or login)[:200],
        groups=frozenset(_texts(groups)),
    )


def _texts(values: Any) -> Iterable[str]:  # noqa: ANN401 - whatever a claim holds
    return (one for one in values if isinstance(one, str)) if values else ()


def _asked(
    client: httpx.Client,
    method: str,
    address: str,
    **how: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """Return the JSON object that the provider answers."""
    try:
        with client.stream(method, address, **how) as answer:
            text = b""
            for part in answer.iter_bytes():
                text += part
                if len(text) > LARGEST:
                    raise _failed("endless answer")
            found = json.loads(text) if answer.status_code == 200 else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _failed(type(error).__name__) from error
    if not isinstance(found, dict):
        raise _failed(f"{urlsplit(address).path} answers {answer.status_code}")
    return found


def _failed(reason: str, text: str = "") -> ProviderFailed:
    # The reason is for the log: a stranger learns nothing of our provider.
    log.warning("oidc failed", reason=reason)
    return ProviderFailed(text, where="oidc")


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
