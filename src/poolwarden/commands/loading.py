"""Import an application by its address, as its server would."""

import inspect
import re
import sys
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from poolwarden.commands.failures import UsageError
from poolwarden.errors import PoolwardenError

_CALL: Final = "()"
_PATH: Final = re.compile(r"[/\\]|\.py$")
_ELSEWHERE: Final = "Run it where the API runs: in its folder, with its packages."
_BROKEN: Final = "Mend that, or run it with the environment that the API has."
_NAME: Final = "Name the application as its server does."


def load(address: str) -> Any:
    """
    Return the application at ``module:name``, or what a factory there makes: ``module:make_app()``.

    What the application prints while it is imported goes to standard error: standard output is the report's.

    Args:
        address: Where it is.

    Raises:
        UsageError: It cannot be found, imported or made, or is no application.
    """
    module, separator, name = address.partition(":")
    if not (module and separator and name) or _PATH.search(module):
        raise UsageError(f"--app {address}: write it as module:name, such as shop.main:app or shop.main:make_app().")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    with redirect_stdout(sys.stderr):
        try:
            found: Any = import_module(module)
        except (Exception, SystemExit) as error:
            mend = _ELSEWHERE if isinstance(error, ModuleNotFoundError) else _BROKEN
            raise _failed(address, error, mend) from error
        try:
            for part in name.removesuffix(_CALL).split("."):
                found = getattr(found, part)
        except AttributeError as error:
            raise _failed(address, error, _NAME) from error
        if name.endswith(_CALL) or _is_factory(found):
            try:
                found = found()
            except (Exception, SystemExit) as error:
                raise _failed(address, error, _BROKEN) from error
    if not callable(found):
        raise UsageError(f"--app {address}: is no application, but of type {type(found).__name__}. {_NAME}")
    return found


def _is_factory(found: Any) -> bool:
    """Return whether a function makes an application, and is not one: it can be called without arguments."""
    if not inspect.isfunction(found):
        return False
    parameters = inspect.signature(found).parameters.values()
    named = [one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    # What takes whatever comes, and nothing by name (*args, **kwargs), may hand a request on to an application.
    return all(one.default is not one.empty for one in named) and (bool(named) or not parameters)


def _failed(address: str, error: BaseException, mend: str) -> UsageError:
    if isinstance(error, PoolwardenError):
        return UsageError(f"--app {address}: {error}")  # which says what to mend
    return UsageError(f"--app {address}: {type(error).__name__}: {str(error).rstrip('.')}. {mend}")
