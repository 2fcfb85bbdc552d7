"""Read YAML, CloudFormation's short tags included: the only door to PyYAML."""

from typing import Any, Final

from poolwarden.appclient.layout import Span, Way, yaml_spans
from poolwarden.errors import ConfigurationError

MISSING: Final = "Get it with: pip install 'poolwarden[client]', or give the same settings as JSON."
"""What to do where PyYAML is not installed."""

MOST_VALUES: Final = 1_000_000
"""A few aliases of aliases stand for more values than there is memory for; no template has as many as this."""

_BARE: Final = ("Ref", "Condition")


def read_yaml(file: str, text: str) -> list[tuple[Any, dict[Way, Span]]]:
    """
    Return the documents of a YAML text and where their values stand.

    A tag ``!X`` is read as ``{"Fn::X": …}``, as CloudFormation does.

    Args:
        file: What to call it in an error.
        text: The text.

    Raises:
        ConfigurationError: PyYAML is not installed, or the text is not YAML.
    """
    try:
        import yaml  # noqa: PLC0415 (only who gives YAML needs the extra)
    except ModuleNotFoundError as error:
        raise ConfigurationError(file, "is YAML, and the package PyYAML is not installed.", MISSING) from error

    class Loader(yaml.SafeLoader):
        pass

    def tagged(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
        if isinstance(node, yaml.ScalarNode):
            value = loader.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_mapping(node, deep=True)
        return {suffix if suffix in _BARE else f"Fn::{suffix}": value}

    Loader.add_multi_constructor("!", tagged)
    try:
        loader = Loader(text)
        documents = []
        while loader.check_node():
            node = loader.get_node()
            spans = yaml_spans(node)
            documents.append((loader.construct_document(node), spans))
        _measure([value for value, _ in documents], {})
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        # Not the error's own text: it quotes the file, and a description may hold a secret.
        raise ConfigurationError(file, f"is not YAML{where}.", "Mend it there, or give the settings as JSON.") from None
    return documents


def _measure(value: Any, known: dict[int, int]) -> int:
    """
    Return how many values there are with all aliases spelled out.

    Raises:
        ValueError: A value holds itself, or there are too many.
    """
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        known[id(value)] = MOST_VALUES  # what is met again before it is measured holds itself
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_measure(item, known) for item in inner)
    if known[id(value)] >= MOST_VALUES:
        raise ValueError
    return known[id(value)]
