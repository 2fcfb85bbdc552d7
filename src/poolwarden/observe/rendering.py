"""Move an event's fields to where another schema has them: what the renderers for structlog share."""

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, NamedTuple

from poolwarden.causes import CAUSES
from poolwarden.events import KINDS

Fields = MutableMapping[str, Any]
"""structlog's event dict."""

_CAUSES: Mapping[str, str] = {str(cause): row.sentence for cause, row in CAUSES.items()}
_SENTENCES: Mapping[str, str] = {
    "poolwarden.token_seen": "A verified token is seen for the first time.",
    "poolwarden.request_rejected": "A request is refused.",
    "poolwarden.cognito_refused": "A call to Cognito failed.",
    "poolwarden.keys_fetched": "The key set has changed.",
    "poolwarden.keys_failed": "The keys cannot be fetched.",
    "poolwarden.session_ending": "A session nears the end of its refresh validity.",
    "poolwarden.started": "The guard is mounted.",
}


class Place(NamedTuple):
    """
    Where a field goes.

    Attributes:
        path: The names on the way, with dots between them.
        convert: What makes the schema's value of ours, or None where the schema has none; without it they are the same.
    """

    path: str
    convert: Callable[[Any], Any] | None = None


Places = Mapping[str, str | Place | tuple[str | Place, ...]]
"""Where each field goes; a field may go to several places."""


def own_fields(method: str, fields: Fields) -> dict[str, Any] | None:
    """
    Take one of our events out of an event dict, and leave what the application has bound.

    Args:
        method: The logger's method: the level, where no processor has added it yet.
        fields: The event dict; it loses the event's fields.

    Returns:
        The event's fields, ``level`` included; None where the event is none of ours.
    """
    kind = KINDS.get(fields["event"]) if isinstance(fields.get("event"), str) else None
    if kind is None:
        return None
    own = {name: fields.pop(name) for name in ("event", *kind.__struct_fields__) if name in fields}
    return {"level": method, **own}


def sentence_of(own: Mapping[str, Any]) -> str:
    """Return what an event says in a sentence: its cause's where it has one."""
    return _CAUSES.get(own.get("cause", "")) or _SENTENCES[own["event"]]


def put(target: Fields, path: str, value: Any) -> None:
    """
    Put a value where a path leads.

    Args:
        target: The nested mappings; what is missing on the way is made.
        path: Names with dots between them.
        value: The value.
    """
    *way, last = path.split(".")
    for name in way:
        # What an application has bound under the name of one of the schema's objects is no such object.
        if not isinstance(target.get(name), dict):
            target[name] = {}
        target = target[name]
    target[last] = value


def put_all(target: Fields, own: Mapping[str, Any], places: Places, rest: str) -> None:
    """
    Put an event's fields where they belong.

    Args:
        target: The nested mappings.
        own: The event's fields.
        places: Where they go.
        rest: Where the others go: an object's path.
    """
    for name, value in own.items():
        found = places.get(name, f"{rest}.{name}")
        for place in (found,) if isinstance(found, (str, Place)) else found:
            path, convert = (place, None) if isinstance(place, str) else place
            made = value if convert is None else convert(value)
            if made is not None:
                put(target, path, made)
