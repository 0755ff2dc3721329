"""Questions that need several contexts at once; read only, Core rows, no ORM objects.

* `assets.py`        list and detail of assets, with holder, place and device
* `people.py`        list and detail of persons, with their work and what they hold
* `cost_centres.py`  list and detail of cost centres: their people, what they bear
* `holders.py`       who holds an asset, by name
* `bearing.py`       which cost centres bear an asset, in which parts, day by day
* `telephony.py`     extensions with phones and persons on a day; numbers
* `handsets.py`      the phones of extensions, with device, switch port and asset
* `trail.py`         the audit trail of one thing; `timeline.py`: all of an asset
* `as_of.py`         who had what on any day or over a range; `places.py`, `homes.py`:
                     where assets were
* `stock.py`         stock rooms, reservations, orders, confirmations of handovers
* `stocktakes.py`, `stocktake_names.py`  how a stock-take stands
* `terms.py`         contracts, licences, consumables, what ends soon
* `units.py`         units of the organisation as lists
* `naming.py`        what a text names: asset, person, place
* `exports.py`       everything that is listed, as tables for a file

Contexts do not import one another; this package stands above them and may import all
of them. Nothing in `assets`, `people`, `network` imports it.
"""
