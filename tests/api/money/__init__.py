"""Books over HTTP: rates, leases, what an auditor asks for."""
