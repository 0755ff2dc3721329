"""Who holds an asset and which cost centre bears it; handovers and signatures.

* `acceptance.py`: Who got things confirms it, or disputes it, by a link that works
  once.
* `acceptance_pdf.py`: One PDF of a handover for all its things
* `acceptance_tables.py`: Rows of the acceptance of handovers.
* `allocation.py`: Who bears an asset by its own right, instead of its holder.
* `allocation_rules.py`: Which cost centres bear an asset, in which parts.
* `handover.py`: Handing out and taking back many things in one act.
* `rules.py`: Who holds what
* `service.py`: Handing out and taking back.
* `signatures.py`: Signatures drawn with finger, pen or mouse
"""
