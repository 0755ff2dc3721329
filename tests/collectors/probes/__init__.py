"""Probes: what devices say without a credential, and that nobody is asked for more."""
