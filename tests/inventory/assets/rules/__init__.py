"""The rules of custody, shares and states one by one, without a database."""
