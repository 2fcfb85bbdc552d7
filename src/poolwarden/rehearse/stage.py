"""The stage: a local pool with the app client of the settings, one user, and a clock that is set for each step."""

import base64
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from poolwarden.errors import ConfigurationError
from poolwarden.localpool import AppClient, Clock, CognitoError, KeyRing, LocalPool, Tokens
from poolwarden.localpool.signin import begin_session
from poolwarden.localpool.state import State
from poolwarden.rehearse.terms import Terms, Way

USER: Final = "ada"
"""Who signs in."""

_PASSWORD: Final = "Rehearsal-1-only"
_OTHER: Final = "other-application"


class Stage:
    """
    A user pool in which one session after another is played.

    The clock stands still between steps, so that whatever the pool decides does not depend on how fast anything is.

    Args:
        terms: What is played.
        issuer: The tokens' ``iss``; Cognito's for the pool's id when None.
        groups: The groups that the user is in.
        keys: The signing keys; new ones when None.
        now: The real time, epoch seconds.

    Attributes:
        terms: What is played.
        pool: The user pool.

    Raises:
        ConfigurationError: Cognito would refuse the settings.
    """

    def __init__(
        self,
        terms: Terms,
        *,
        issuer: str | None = None,
        groups: Iterable[str] = (),
        keys: KeyRing | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.terms = terms
        self.now = now
        self.pool = LocalPool(terms.pool_id, clock=Clock(now()), issuer=issuer, keys=keys)
        self._client = self._created()
        self._other = self.pool.create_client(_OTHER)
        self.pool.create_user(USER, _PASSWORD, groups=groups)

    def _created(self) -> AppClient:
        terms = self.terms
        named = {"UserPoolId": terms.pool_id, "ClientName": terms.name, "GenerateSecret": terms.has_secret}
        try:
            answer = self.pool.call("CreateUserPoolClient", {**terms.request, **named})
        except CognitoError as refusal:
            mend = "Look at them with: poolwarden client check."
            raise ConfigurationError(terms.name, f"a user pool refuses these settings: {refusal}.", mend) from refusal
        created = answer["UserPoolClient"]
        assert isinstance(created, dict)  # noqa: S101 (the local pool's own answer)

        def rename(state: State) -> AppClient:
            # The pool draws ids; the application knows the one of the settings.
            client = state.clients.get(str(created["ClientId"]))
            state.clients.delete(client.client_id)
            return state.clients.put(replace(client, client_id=terms.client_id))

        return self.pool.run(rename)

    @property
    def secret(self) -> str | None:
        """The app client's secret."""
        return self._client.secret

    def begin(self, ago_s: float) -> float:
        """
        Set the clock back for a step's history.

        Args:
            ago_s: How long ago the history begins, seconds.

        Returns:
            The real time, at which the history is to end, epoch seconds.
        """
        end = self.now()
        self.pool.clock.set(end - ago_s)
        return end

    def move_to(self, moment: float) -> None:
        """
        Let time pass.

        Args:
            moment: Until when, epoch seconds.
        """
        self.pool.clock.set(moment)

    def sign_in(self, *, elsewhere: bool = False) -> Tokens:
        """
        Sign the user in, whichever way the settings have it: all ways end here.

        Args:
            elsewhere: At another app client of the pool.
        """
        hosted = self.terms.way is Way.PAGE and not elsewhere
        scope = " ".join(self.terms.scopes)

        def begun(state: State) -> Tokens:
            user = state.users.get(USER)
            if elsewhere:
                return begin_session(state, self._other, user)
            return begin_session(state, state.clients.get(self.terms.client_id), user, scope=scope, hosted=hosted)

        return self.pool.run(begun)


def changed(token: str) -> str:
    """
    Return a token whose content was changed after it was signed: the user joins a group.

    Args:
        token: A compact JWS.
    """
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    claims["cognito:groups"] = ["admin"]
    forged = base64.urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode()).rstrip(b"=").decode()
    return f"{head}.{forged}.{signature}"
