"""Lists and tests of a tax year.

* `fiscal_list.py`: Fiscal depreciation by group, as Indonesian tax returns have it.
* `united_states.py`: The mid-quarter test, and section 179 against its limit.
"""

from __future__ import annotations

from inventory.reports.tax import fiscal_list, united_states

REPORTS = (fiscal_list.REPORT, *united_states.REPORTS)
