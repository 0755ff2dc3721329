"""Questions that need several contexts at once; read only, Core rows, no ORM objects.

* `assets.py`        list and detail of assets, with holder, place and device
* `people.py`        list and detail of persons, with their work and what they hold
* `cost_centres.py`  list and detail of cost centres: their people, what they bear
* `holders.py`       who holds an asset, by name
* `bearing.py`       which cost centres bear an asset, in which parts, day by day
* `telephony.py`     extensions with phones and persons on a day; numbers
* `handsets.py`      the phones of extensions, with device, switch port and asset
* `trail.py`         the audit trail of one thing

Contexts do not import one another; this package stands above them and may import all
of them. Nothing in `assets`, `people`, `network` imports it.
"""
