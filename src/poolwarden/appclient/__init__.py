"""
Read, check and safely change the settings of Cognito app clients.

Nothing is executed and nothing is sent: files go in; findings, a request's
document or a change of a source come out.
"""

from poolwarden.appclient.checks import CHECKS, check_client, check_clients
from poolwarden.appclient.durations import ACCESS, ID, REFRESH, TOKENS, Token, Validity, parse_validity
from poolwarden.appclient.findings import Check, Finding, Severity
from poolwarden.appclient.read import read_clients
from poolwarden.appclient.settings import UNKNOWN, ClientSettings, Place
from poolwarden.appclient.source_change import SourceChange, source_change
from poolwarden.appclient.update import SafeUpdate, safe_update
from poolwarden.appclient.wanted import Change, settle_wanted

__all__ = [
    "ACCESS",
    "CHECKS",
    "ID",
    "REFRESH",
    "TOKENS",
    "UNKNOWN",
    "Change",
    "Check",
    "ClientSettings",
    "Finding",
    "Place",
    "SafeUpdate",
    "Severity",
    "SourceChange",
    "Token",
    "Validity",
    "check_client",
    "check_clients",
    "parse_validity",
    "read_clients",
    "safe_update",
    "settle_wanted",
    "source_change",
]
