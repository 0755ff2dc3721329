"""The estate: what the company has of telecom providers, and on which terms.

* `tables.py`: providers, accounts, ranges, tariffs, contracts, lines, SIMs, modems,
  who has which line from - to.
* `charge_tables.py`: recurring charges, who pays them, and what was accrued.
* `invoice_tables.py`: invoices of carriers, their lines, findings and credits.
* `card_numbers.py`: (pure) ICCID, IMSI, IMEI and EID with their check digits.
* `line_states.py`: (pure) the states of a line and the steps between them, as data.
* `notice.py`: (pure) terms of contracts: the last day to give notice.
* `ranges.py`: (pure) ranges of numbers, how many they hold, whether two overlap.
* `agreements.py`: providers, accounts, tariffs and contracts: kept and ended.
* `lines.py`: lines and what becomes of them; who has one, from - to.
* `free_lines.py`: lines that nobody has, and new ones from SIMs and numbers in stock.
* `charges.py`: recurring charges and whose part they are.
* `numbers.py`: numbers that are bought: ranges and the single ones in them.
* `sims.py`: SIMs, eSIM profiles and modems.

Imports `storage` and `kernel`; knows persons, assets, places, cost centres by id only.
"""
