"""Measure the guard beside its peers and its limits: ``python -m benchmarks``."""
