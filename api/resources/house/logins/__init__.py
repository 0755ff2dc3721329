"""How people prove who they are: second factors, and roles by groups.

* `second_factors.py`: Authenticator programs and passkeys of logins.
* `role_rules.py`: Which roles members of a provider's groups have.
"""
