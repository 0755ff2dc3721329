"""Lists and tests of a tax year.

* `germany.py`: The register of low-value assets, and the Sammelposten.
* `pools.py`: Pools of the United Kingdom and Australia.
* `recaptured.py`: Gains of a year, split by the depreciation taken (section 1245).
* `fiscal_list.py`: Fiscal depreciation by group, as Indonesian tax returns have it.
* `united_states.py`: The mid-quarter test, and section 179 against its limit.
"""

from __future__ import annotations

from inventory.reports.tax import (
    fiscal_list,
    germany,
    pools,
    recaptured,
    united_states,
)

REPORTS = (
    fiscal_list.REPORT,
    *germany.REPORTS,
    pools.REPORT,
    recaptured.REPORT,
    *united_states.REPORTS,
)
