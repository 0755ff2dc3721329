"""Labels of assets as PDF: QR code and Code 128, on sheets and on tapes.

* `media.py` *(pure)*    sheets and tapes, as data
* `code128.py` *(pure)*  Code 128 as widths of bars
* `drawing.py`           the PDF, by fpdf2 and segno
* `printing.py`: A PDF with fonts for any name, and a pen for it

Bars and modules are drawn as vectors, so they are sharp at any resolution. May import
`errors` only; what is written on a label is given.
"""
