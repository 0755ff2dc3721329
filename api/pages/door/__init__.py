"""Before and beside the pages: the login, and links that are secrets.

* `gate.py`: Lets those who are logged in pass.
* `visitor.py`: Who stands there: address, origin, and the cookie.
* `second.py`: The second step of a log-in.
* `sso.py`: To the OpenID Connect provider and back.
* `login.py`: The form to log in, and logging out.
* `accept.py`: Confirming a handover by a link.
* `mine_link.py`: Saying what one has, by a link.
* `plain.py`: Pages without navigation, for who is not logged in.
* `welcome.py`: The first administrator of an empty installation.
* `trouble.py`: What stands where no page can be shown.
"""
