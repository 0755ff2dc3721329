"""The rules of joining, moving and leaving one by one, without a database."""
