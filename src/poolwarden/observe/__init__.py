"""Hand events and counts to the tools that an application already has, without configuring them for it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# What users name: `poolwarden.observe.boto.watch` works after `import poolwarden` alone.
_MODULES = frozenset({"boto", "ecs", "exposition", "lines", "multiprocess", "ocsf", "otel", "prometheus"})

if not TYPE_CHECKING:  # a checker finds the modules by itself, and would take any name for one

    def __getattr__(name: str) -> Any:
        """Load a module when it is first asked for (PEP 562)."""
        if name in _MODULES:
            return import_module(f"{__name__}.{name}")
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
