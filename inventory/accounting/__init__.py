"""Depreciation: methods, conventions, schedules, journal and books."""
