"""
Write what the metrics and events mean in the formats of other tools: rules, a dashboard, a log format.

A target is a module here with ``add_arguments(parser)``, which adds its options,
and ``files(options)``, which returns the texts to write by their file names. It
writes nothing itself.
"""
