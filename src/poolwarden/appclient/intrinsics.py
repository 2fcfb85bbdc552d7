"""
Work out CloudFormation's intrinsic functions as far as the template alone tells.

Parameters stand for their defaults, and conditions for what those make of
them. What depends on the account, on other resources or on a parameter without
default is :data:`UNKNOWN`, never a guess.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from poolwarden.appclient.settings import UNKNOWN

_NO_VALUE: Final = "AWS::NoValue"
_VARIABLE: Final = re.compile(r"\$\{(!?)([^{}]*)\}")
_LATER: Final = ("${", "{{")  # another tool's variables, and CloudFormation's dynamic references
_INDEX: Final = re.compile(r"[0-9]{1,9}")
_EACH: Final = "Fn::ForEach::"
_EACH_PARTS: Final = 3
_DEEPEST: Final = 50  # conditions that stand for one another for ever


class Resolver:
    """
    Work out the functions of one template.

    Args:
        template: The template; its Parameters, Mappings and Conditions are looked at.
    """

    def __init__(self, template: Mapping[str, Any]) -> None:
        self._parameters = {name: _default(body) for name, body in _fields(template.get("Parameters")).items()}
        self._mappings = _fields(template.get("Mappings"))
        self._conditions = _fields(template.get("Conditions"))
        self._deep = 0

    def value(self, value: Any) -> Any:
        """Return a value with its functions worked out: None where it is ``AWS::NoValue``, :data:`UNKNOWN` within."""
        if isinstance(value, Mapping):
            if len(value) == 1:
                (name,) = value
                if name in ("Ref", "Condition") or str(name).startswith("Fn::"):
                    function = _FUNCTIONS.get(str(name))
                    return UNKNOWN if function is None else function(self, value[name])
            return {name: self.value(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner) for inner in value]
        return UNKNOWN if isinstance(value, str) and any(mark in value for mark in _LATER) else value

    def ref(self, name: Any) -> Any:
        """Return what a parameter's name stands for."""
        return None if name == _NO_VALUE else self._parameters.get(str(name), UNKNOWN)

    def sub(self, given: Any) -> Any:
        """Return a text with its variables put in."""
        text, own = (given[0], _fields(given[1])) if isinstance(given, list) and len(given) > 1 else (given, {})
        if not isinstance(text, str):
            return UNKNOWN
        values = {name: self.value(own[name]) if name in own else self.ref(name) for _, name in _variables(text)}
        if any(not isinstance(value, str | int) for value in values.values()):
            return UNKNOWN
        return _VARIABLE.sub(lambda m: f"${{{m[2]}}}" if m[1] else str(values[m[2].strip()]), text)

    def if_(self, given: Any) -> Any:
        """Return the branch that a condition chooses; either where both are the same."""
        if not (isinstance(given, list) and len(given) == len(("name", "then", "else"))):
            return UNKNOWN
        chosen = self.condition(given[0])
        if chosen is not None:
            return self.value(given[1] if chosen else given[2])
        first, second = self.value(given[1]), self.value(given[2])
        return first if first == second else UNKNOWN

    def find(self, given: Any) -> Any:
        """Return a value of a mapping, or its default."""
        parts = [self.value(part) for part in given] if isinstance(given, list) else []
        found: Any = self._mappings
        for part in parts[:3]:
            if part is UNKNOWN:
                return UNKNOWN
            found = found.get(str(part), UNKNOWN) if isinstance(found, Mapping) else UNKNOWN
        if found is UNKNOWN and len(parts) > _EACH_PARTS:
            return _fields(parts[3]).get("DefaultValue", UNKNOWN)
        return UNKNOWN if isinstance(found, Mapping) else found

    def join(self, given: Any) -> Any:
        """Return texts joined."""
        parts = self.value(given)
        known = isinstance(parts, list) and len(parts) > 1 and isinstance(parts[1], list)
        if not known or UNKNOWN in parts[1] or not isinstance(parts[0], str):
            return UNKNOWN
        return parts[0].join(str(part) for part in parts[1] if part is not None)

    def select(self, given: Any) -> Any:
        """Return one value of a list."""
        parts = self.value(given)
        if not (isinstance(parts, list) and len(parts) > 1 and isinstance(parts[1], list)):
            return UNKNOWN
        index = str(parts[0])
        return parts[1][int(index)] if _INDEX.fullmatch(index) and int(index) < len(parts[1]) else UNKNOWN

    def split(self, given: Any) -> Any:
        """Return a text's parts."""
        parts = self.value(given)
        known = isinstance(parts, list) and len(parts) > 1 and all(isinstance(part, str) for part in parts)
        return parts[1].split(parts[0]) if known and parts[0] else UNKNOWN

    def condition(self, given: Any) -> bool | None:
        """Return whether a condition, by its name or as it is written, holds; None where it cannot be told."""
        if self._deep > _DEEPEST:
            return None
        self._deep += 1
        try:
            if isinstance(given, str):
                return self.condition(self._conditions[given]) if given in self._conditions else None
            if not (isinstance(given, Mapping) and len(given) == 1):
                return None
            ((name, inner),) = given.items()
            if name == "Condition":
                return self.condition(inner)
            if name == "Fn::Equals":
                pair = self.value(inner)
                known = isinstance(pair, list) and len(pair) == len(("one", "other")) and UNKNOWN not in pair
                return str(pair[0]) == str(pair[1]) if known else None
            parts = [self.condition(part) for part in inner] if isinstance(inner, list) else []
            return _together(str(name), parts)
        finally:
            self._deep -= 1


_FUNCTIONS: Final[Mapping[str, Callable[[Resolver, Any], Any]]] = {
    "Ref": Resolver.ref,
    "Fn::Sub": Resolver.sub,
    "Fn::If": Resolver.if_,
    "Fn::FindInMap": Resolver.find,
    "Fn::Join": Resolver.join,
    "Fn::Select": Resolver.select,
    "Fn::Split": Resolver.split,
}


def resources_of(template: Mapping[str, Any], resolver: Resolver) -> Iterator[tuple[str, tuple[str | int, ...], Any]]:
    """
    Yield a template's resources: logical id, the way to it, and its body; loops (``Fn::ForEach``) are unrolled.

    Args:
        template: The template.
        resolver: Its functions.
    """
    for name, body in _fields(template.get("Resources")).items():
        if not str(name).startswith(_EACH):
            yield str(name), ("Resources", name), body
        elif isinstance(body, list) and len(body) == _EACH_PARTS:
            variable, values, bodies = body
            known = resolver.value(values)
            for value in known if isinstance(known, list) and UNKNOWN not in known else ["?"]:
                for below, inner in _fields(bodies).items():
                    put = _Put(str(variable), str(value))
                    yield put.text(str(below)), ("Resources", name), put.value(inner)


class _Put:
    """Put a loop's value in the place of its variable."""

    def __init__(self, variable: str, value: str) -> None:
        self._marks, self._variable, self._value = (f"${{{variable}}}", f"&{{{variable}}}"), variable, value

    def text(self, text: str) -> str:
        for mark in self._marks:
            text = text.replace(mark, self._value)
        return text

    def value(self, value: Any) -> Any:
        if value == {"Ref": self._variable}:
            return self._value
        if isinstance(value, Mapping):
            return {name: self.value(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner) for inner in value]
        return self.text(value) if isinstance(value, str) else value


def _default(parameter: Any) -> Any:
    """Return a parameter's default; one of the parameter store is the name of a value, not a value."""
    body = _fields(parameter)
    kind, default = str(body.get("Type")), body.get("Default")
    if default is None or kind.startswith("AWS::SSM::"):
        return UNKNOWN
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return [part.strip() for part in str(default).split(",")]
    return default


def _variables(text: str) -> Iterator[tuple[str, str]]:
    for literal, name in _VARIABLE.findall(text):
        if not literal:
            yield literal, name.strip()


def _together(name: str, parts: list[bool | None]) -> bool | None:
    """Return what And, Or and Not make of what is known."""
    if name == "Fn::Not" and parts:
        return None if parts[0] is None else not parts[0]
    if name in ("Fn::And", "Fn::Or") and parts:
        decides = name == "Fn::Or"
        return decides if decides in parts else (None if None in parts else not decides)
    return None


def _fields(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
