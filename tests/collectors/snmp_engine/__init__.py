"""Tests of our own SNMP engine."""
