"""How people prove who they are, beside the password.

* `codes.py`: One-time codes of authenticator programs (RFC 6238). Pure.
* `second_step.py`: What follows the right password where a second factor is asked.
* `steps.py`: Letting in by a code, a passkey, or by setting one up.
* `passkeys.py`: Passkeys (WebAuthn).
* `oidc.py`: OpenID Connect: authorisation code with PKCE.
* `provider_endpoints.py`: Where a provider's discovery document may lead. Pure.
* `directory.py`: Passwords that an LDAP directory checks.
* `entering.py`: The account and the session of somebody whom another vouches for.

All of it is off until `[login]` says otherwise. Used by `api.http.auth` and the pages
of the door; knows no page.
"""
