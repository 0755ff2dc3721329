"""The register of assets: fields, tags, lifecycle, attachments.

* `attachments.py`: Notes and files of assets, contracts and orders.
* `bulk_change.py`: The same change for many assets, first as a preview.
* `categories.py`: Categories with inheritance, their fields, and series of tags.
* `custom_fields.py`: Fields of a company's own on assets
* `detail_tables.py`: Rows of what is kept beside an asset
* `lifecycle.py`: States of an asset and the steps between them, as data.
* `manufacturers.py`: Manufacturers and the ways to write them.
* `registration.py`: What is said about an asset when it is registered.
* `saved_views.py`: Lists as somebody wants to see them again.
* `service.py`: Use cases of the register
* `tables.py`: Rows of the register.
* `tags.py`: Series of tags, such as IT-00001, IT-00002.
* `transitions.py`: Steps through the lifecycle, and the history of states.
* `details.py`: The details of an asset: columns that are told, kept and shown as they
  are.
"""
