"""What a device says in words, read by form and by general knowledge. Pure.

* `announced.py`: What a device announces of itself to anybody: the places of protocols,
  as data.
* `self_named.py`: A model behind its maker's name, in what a device's services say of
  it.
* `sysdescr.py`: Model, version and serial from sysDescr by form, for vendors without
  rules.
* `trade_words.py`: What a device calls itself in the words of the trade: `switch`,
  `access point`, or by a line of products.

Imported by `discovery.identity`.
"""
