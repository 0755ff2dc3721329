"""What carriers bill and what is to be paid: rules without a database.

* `charging.py`: (pure) what a month of a recurring charge costs, and when it falls due
* `charge_types.py`: (pure) kinds of charges, recognised by words
* `drafts.py`: (pure) an invoice as it was read from whatever file
* `amounts.py`: (pure) amounts and days as carriers write them
* `layouts.py`: (pure) mapping profiles: which column of a carrier's file is what
* `carrier_files.py`: (pure) rows of a table to an invoice, by a layout
* `line_rounding.py`: (pure) lines finer than a cent, so that they add up
* `electronic.py`: UBL and CII invoices (EN 16931: Peppol, XRechnung, ZUGFeRD)
* `invoice_pdf.py`: the XML that a ZUGFeRD or Factur-X PDF carries
* `edifact_syntax.py`: segments and messages of EDIFACT
* `edifact.py`: (pure) invoices as EDIFACT INVOIC (ELFE, ELMO and the like)
* `matching.py`: (pure) an invoice against the estate: what does not fit, in money

Imports `kernel` and `estate`'s pure modules; readers of XML import defusedxml, of
PDF pypdf, of EDIFACT pydifact.
"""
