"""The rules of depreciation one by one, worked by hand from standards and sources."""
