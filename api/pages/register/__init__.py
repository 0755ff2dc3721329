"""Pages of the register that are more than a list.

* `asset.py`: One asset: who has it, what it is worth, papers, what happened to it.
* `charts.py`: Curves as geometry for SVG. Pure.
* `sentences.py`: Entries of a timeline as sentences. Pure.
* `handover.py`: A handover that was to be confirmed, and its document.
* `qr.py`: A link as a QR code in the page. Pure.
* `labels.py` `importing.py`: Printing labels; importing a table of assets.
* `stock_take.py`: A campaign, and the page to scan on.
* `as_of.py`: Questions about the past.
"""
