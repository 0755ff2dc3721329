"""Tax law: MACRS, short years, dated limits. Pure.

* `limits.py`: Limits and rates that change by law: dated rows, looked up by day.
* `macrs.py`: MACRS percentages and tests (IRS Publication 946).
* `macrs_tables.py`: The printed MACRS percentage tables (IRS Publication 946,
  Appendix A).
* `short_years.py`: MACRS in a short tax year, first or last (IRS Publication 946,
  chapter 4).

Imports `model` alone.
"""
