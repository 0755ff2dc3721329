"""Benchmarks: ratios measured in one run, never asserted on. Run with `-m bench -s`."""
