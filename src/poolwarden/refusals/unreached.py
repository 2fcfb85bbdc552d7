"""Know what HTTP libraries say of a way that leads nowhere."""

_NO_WAY = (
    r"(?:could not connect to the endpoint url|(?:connect|read) timeout on endpoint url"
    r"|econn(?:refused|reset)|etimedout|enotfound|eai again|no such host|network is unreachable|i/o timeout"
    r"|connection (?:refused|reset|timed out)|name or service not known|name resolution|unknownhostexception"
    r"|tls handshake timeout|connecttimeout\w{0,20}|(?:new)?connectionerror)"
)


def unreached(place: str) -> str:
    """
    Return a pattern for what is said of a place that cannot be reached.

    Args:
        place: The place's own pattern, over :func:`poolwarden.refusals.sentences.plain` text.
    """
    return rf"{_NO_WAY}.{{0,160}}?{place}|{place}.{{0,240}}?{_NO_WAY}"
