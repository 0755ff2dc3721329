"""The end of a scan: what is concluded of its site once all of it is visited.

* `conclude.py`: Endpoints, links, places, reconciliation, from what is stored.
* `together.py`: Scans that end together are concluded once.
* `earlier.py`: How conclusions were drawn before.
* `named_later.py`: Hosts without a MAC that address tables name since.
* `neighbour_reasons.py`: Why a neighbour is not a device that answers.
* `topology_rows.py`: What is drawn of a site, as rows. Pure.
"""
