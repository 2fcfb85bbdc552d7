"""Who lacks an optional package is told how to get it."""

import importlib
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "package", "requirement"),
    [
        ("fastapi", "fastapi", "poolwarden[fastapi]"),
        ("flask", "flask", "poolwarden[flask]"),
        ("django", "django.conf", "django"),
        ("litestar", "litestar", "litestar"),
        ("mcp", "mcp.server.auth.provider", "poolwarden[mcp]"),
    ],
)
def test_the_error_says_what_to_install(
    module: str, package: str, requirement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edge whose framework is missing cannot be imported, and the error names what brings it."""
    monkeypatch.delitem(sys.modules, f"poolwarden.{module}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError) as refused:
        importlib.import_module(f"poolwarden.{module}")
    assert refused.value.__notes__ == [f"It is optional; get it with: pip install '{requirement}'"]
