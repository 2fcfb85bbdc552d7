"""Find the words of a text that name an exception, an operation or a system."""

import re
from collections.abc import Iterator

import msgspec

from poolwarden.refusals import operation_of
from poolwarden.refusals.jwt_names import JWT_NAMES, LIBRARY_NAMES
from poolwarden.refusals.names import COGNITO_NAMES
from poolwarden.refusals.operations import OPERATIONS, SHARED_OPERATIONS, TELLING_OPERATIONS
from poolwarden.triage.patterns import later

_CALLED = later(
    r"when\s+calling\s+the\s+(?P<a>\w+)\s+operation"  # a terminal's width breaks it
    r"|operation error (?P<service>[\w ]{2,40}): (?P<b>\w+)"
    r"|AWSCognito(?:IdentityProvider|Identity)Service\.(?P<c>\w+)"
    r"|[Ee]rror executing \"(?P<d>\w+)\" on \"https?://(?P<host>[\w.-]+)"
    r"|\b(?:eventName|operation|operationName|operation_name|api_operation|awsOperation|rpc\.method|commandName|command"
    r"|action|x-amz-target|api|method)\b[\"']?\s*[:=]\s*[\"']?(?:\w+\.)?(?P<e>[A-Za-z_-]{4,50})\b"
    r"|aws cognito-(?:idp|identity) (?P<f>[a-z-]+)"
    # a method of Java's clients, and what Ruby's logs of a call
    r"|CognitoIdentity(?:Provider)?(?:Async)?Client\.(?P<g>\w{5,60})\("
    r"|Aws::CognitoIdentity(?:Provider)?::Client [^\]\n]{0,60}\] (?P<h>\w{5,60})\("
)
_SERVICE = later(
    r"\(Service: (?P<a>\w+)|operation error (?P<b>[\w ]{2,40}): \w+|@aws-sdk/client-(?P<c>[a-z0-9-]+)"
    r"|services\.(?P<d>\w+)\.model|awssdk\.services\.(?P<e>\w+)|Aws::(?P<f>[A-Z]\w+)::|"
    r"Amazon\.(?!Runtime)(?P<g>[A-Z]\w+)\."
    r"|[\"']?eventSource[\"']?\s*[:=]\s*[\"'](?P<h>[\w-]+)\.amazonaws"
)
_SERVICE_MARKS = ("(Service: ", "operation error ", "@aws-sdk/client-", "services.", "Aws::", "Amazon.", "eventSource")
# What JavaScript's SDKs call the protocols that Cognito does not speak; and AWS JSON 1.1, which it speaks.
_OTHER_PROTOCOL = later(
    r"AwsRest(?:Json|Xml)Protocol\b|Aws(?:Ec2)?QueryProtocol\b|AwsJson1_0Protocol\b"
    r"|aws-sdk[\\/]lib[\\/]protocol[\\/](?:rest_json|rest_xml|query)\.js"
)
_PROTOCOL_MARKS = ("Aws", "aws-sdk")
_OWN_PROTOCOL = later(r"AwsJson1_1Protocol\b|Request\.extractError \([^()\n]{0,300}protocol[\\/]json\.js")
_OTHER_PACKAGE = later(r"(?:javax|jakarta)\.ws\.rs\.|resteasy|keycloak|dropwizard|jersey", re.IGNORECASE)
_AWS_PACKAGE = later(
    r"(?:amazon|aws|cognito|botocore|smithy|coral|amplify)[\w.:#$\\/]*$"
    r"|^(?:client\.)?(?:errorfactory|exceptions|types|model|errors?|err|e|client|ex|exc)(?:\.|::|#)$",
    re.IGNORECASE,
)
_PACKAGE = later(r"(?:[\w$]+(?:\.|::|\\+|#|/))+$")
_CAUGHT = later(
    r"\b(?:except|catch|rescue|instanceof|raises?|throws?|isinstance)\b(?:[^\n:]|::){0,80}$|===?\s*[\"']?$"
    r"|\bimport (?:\{[\w, ]*|[\w.]+\.)$|\bcase \*?[\w.]*$|\b[Ee]xpect(?:ed|s)? (?:\w+ )?[\"']?$"
    r"|[?&](?:q|query|search|term|text)=[^\s&]{0,80}$"
    r"|\b(?:mapper|handler) for [\w.]*$|\bMapped [\w.]*$|@ExceptionHandler\([\w., ]*$"
)
# A class, a setting or a number of times: nobody says it here.
_NAMED_ONLY = later(r"\.class\b|=(?:\d+|true|false)(?![\w.])")
# A sign, or a word that tells of an error; whoever writes without signs writes so as well.
_VALUE = later(r"[=:(\[{<>|\"']\s*$")
_ERROR_BEFORE = later(
    r"(?:^|[^\w\s]|\n|\b(?i:\w*(?:errors?|err|exceptions?|fail(?:ed|ure|s)?)|exc|code|type|cause|by|reason|raised"
    r"|threw|thrown|got|received|with|as|a|an|uncaught|unhandled|unexpected|returned|response|status|warn|warning"
    r"|critical|fatal|e|w))\s*$"
)
_ERROR_AFTER = later(
    r"\s*(?:$|[^\w\s]|\n|(?:at|on|in|when|while|during|after|for|from|code|with|error|exception)\b)", re.IGNORECASE
)
# One of several, or one that a compiler or a shell speaks about: 'x' is not defined, cannot find name 'x'.
_LISTED = later(r"[\"'`]?\s*,\s*[\"'`]?[A-Z]\w*(?:Exception|Error)\b|[\"'`]?\s+is\s+(?:an?|not|n?ever|un\w+|\w+ed)\b")
_LISTED_BEFORE = later(
    r"(?:Exception|Error)[\"'`]?\s*,\s*[\"'`]?$"
    r"|\b(?:unused (?:\w+:? )?|import:? |resolve )[\"'`]?(?:\./)?$"
    r"|\b(?:name|symbol|identifier|attribute|module|member|not found:?) ?[\"'`]?$"
)
_LEVEL = later(r"\.|::|\\+")  # of a package
_WORD = later(r"[A-Za-z_]\w{4,}")
_PROGRAM = later(r"(?<!^)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")
_WEAK = frozenset(("sign_up", "signUp", "get_id", "getId"))


class Name(msgspec.Struct, frozen=True):
    """
    An exception's name as it stands in a text.

    Attributes:
        name: The name as its library spells it.
        start: Where it begins.
        end: Where it ends.
        qualified: Whether a package of AWS stands before it.
    """

    name: str
    start: int
    end: int
    qualified: bool


def _name_spellings() -> dict[str, str]:
    spelled = {name: name for name in (*COGNITO_NAMES, *JWT_NAMES, *LIBRARY_NAMES) if len(name) > 4}  # noqa: PLR2004
    for name in COGNITO_NAMES:
        stem = name.removesuffix("Exception")
        for form in (f"ErrCode{name}", f"AWSCognitoIdentityProviderError{stem}", f"AWSCognitoIdentityError{stem}"):
            spelled[form] = name
        for form in (f"{name}Fault", f"{name}Error", f"{stem}ServiceException", f"Auth{name}"):
            spelled[form] = name
    return spelled


def _operation_spellings() -> dict[str, str]:
    spelled = {}
    for name in OPERATIONS:
        lower = name[0].lower() + name[1:]
        snake = _PROGRAM.sub("_", name).lower()
        for form in (
            name,
            lower,
            snake,
            f"execute{name}",
            f"before{name}",
            f"de_{name}CommandError",
            f"deserializeAws_json1_1{name}CommandError",
            f"de_{name}Command",
            f"throw{name}Error",
            f"create{name}Client",
            f"{name}OperationDeserializer",
            f"{name}OperationDeserializerKt",
            f"{name}OutputError",
        ):
            spelled[form] = name
        for suffix in (
            "Command",
            "CommandError",
            "Async",
            "Request",
            "Input",
            "Output",
            "Response",
            "WithContext",
            "Error",
        ):
            spelled[f"{name}{suffix}"] = name
    return {form: name for form, name in spelled.items() if form not in _WEAK}


NAMES: dict[str, str] = _name_spellings()
"""Every spelling of an exception's name, and the name."""

SPELLINGS: dict[str, str] = _operation_spellings()
"""Every spelling of an operation's name, and the name."""

_TELLING = frozenset(form for form, name in SPELLINGS.items() if name in TELLING_OPERATIONS)
_KNOWN = frozenset((*NAMES, *SPELLINGS))


def known_words(text: str) -> frozenset[str]:
    """Return the words of a text that name an exception or an operation."""
    return _KNOWN.intersection(_WORD.findall(text))


def names_in(text: str, words: frozenset[str]) -> Iterator[Name]:
    """
    Yield the exceptions' names of a text, without those that are only being caught or are another system's.

    Args:
        text: Any text.
        words: What :func:`known_words` returned for it.
    """
    names = [word for word in words if word in NAMES]
    if not names:
        return
    for found in re.finditer(rf"(?<!\w)(?:{'|'.join(sorted(names, key=len, reverse=True))})(?!\w)", text):
        name = NAMES[found[0]]
        start, end = found.span()
        before = text[max(0, start - 120) : start]
        package = _PACKAGE.search(before) if before[-1:] in (".", ":", "\\", "#", "/") else None
        if (package and _OTHER_PACKAGE.search(package[0])) or _CAUGHT.search(before) or _NAMED_ONLY.match(text, end):
            continue
        ours = package is not None and _AWS_PACKAGE.search(package[0]) is not None
        if package is not None and not ours and name in COGNITO_NAMES and len(_LEVEL.findall(package[0])) > 1:
            continue  # com.acme.UserNotFoundException is somebody else's
        yield Name(name, start, end, ours)


def stated_operation(text: str) -> tuple[str | None, bool]:
    """
    Return the operation that a text states, and whether it is another service's.

    Returns:
        ``(operation, False)`` for Cognito's, ``(None, True)`` where the text
        names only another service's, ``(None, False)`` where it names none.
    """
    foreign = False
    for call in _CALLED.finditer(text):
        word = next(value for key, value in call.groupdict().items() if value and key not in ("service", "host"))
        operation = operation_of(word)
        if operation is not None:
            return operation, False
        foreign = foreign or call["a"] is not None or call["service"] is not None or call["host"] is not None
    return None, foreign


def states_operation(text: str, words: frozenset[str]) -> bool:
    """Tell whether it is worth asking :func:`stated_operation`."""
    marks = ("when calling", "operation error ", "rror executing ", "aws cognito-", "CognitoIdentity")
    return any(word in SPELLINGS for word in words) or any(mark in text for mark in marks)


def tells_operation(words: frozenset[str]) -> bool:
    """Tell whether a text's words name an operation that only Cognito has."""
    return not _TELLING.isdisjoint(words)


def stands_as_error(text: str, name: Name) -> bool:
    """Tell whether a name stands as an error's does, and not as a word among words: loaded, handled or counted."""
    before = _PACKAGE.sub("", text[max(0, name.start - 160) : name.start])
    if _LISTED.match(text, name.end) is not None or _LISTED_BEFORE.search(before) is not None:
        return False
    if _VALUE.search(before) is not None:
        return True
    return _ERROR_BEFORE.search(before) is not None and _ERROR_AFTER.match(text, name.end) is not None


def operation_in(text: str, words: frozenset[str]) -> str | None:
    """Return the operation that an identifier of the text names, such as a method in a stack trace."""
    named = [word for word in words if word in SPELLINGS]
    telling = [word for word in named if SPELLINGS[word] not in SHARED_OPERATIONS]
    first = min(telling or named, key=text.find, default=None)
    return SPELLINGS[first] if first is not None else None


def other_service(text: str) -> bool:
    """Tell whether a text says that another AWS service spoke, and nothing of Cognito."""
    if any(mark in text for mark in _PROTOCOL_MARKS) and _OTHER_PROTOCOL.search(text) is not None:
        return _OWN_PROTOCOL.search(text) is None
    if not any(mark in text for mark in _SERVICE_MARKS):
        return False
    services = [next(filter(None, found.groups())).lower() for found in _SERVICE.finditer(text)]
    named = [service for service in services if service not in ("model", "sdk", "client")]
    return bool(named) and not any("cognito" in service for service in named)
