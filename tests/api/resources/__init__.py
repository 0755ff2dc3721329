"""Tests of the framework of resources, and of every resource by it."""
