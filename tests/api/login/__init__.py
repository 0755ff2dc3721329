"""How people prove who they are: second factors, passkeys, OIDC, LDAP."""
