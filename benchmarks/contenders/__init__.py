"""Contenders: one module each, with ``PACKAGES`` and ``subjects(world, variant)``; see :mod:`benchmarks.subject`."""
