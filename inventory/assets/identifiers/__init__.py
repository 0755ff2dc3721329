"""Serial numbers, MACs, IMEIs and UUIDs of assets.

* `rules.py`: MAC, IMEI and UUID of an asset
* `service.py`: MACs, IMEIs and UUIDs of assets
* `tables.py`: What an asset can be recognised by besides tag and serial.
"""
