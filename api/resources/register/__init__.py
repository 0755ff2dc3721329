"""Resources of the register: one file each; `*_acts.py` what may be done with one.

assets.py  asset_acts.py  custody_acts.py
"""
