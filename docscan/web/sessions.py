"""Who is logged in where, and who tried too often. In memory: a restart ends all sessions."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

_MOST = 10_000
"""Sessions and names that are remembered at once; the oldest go first."""


@dataclass(frozen=True)
class _Session:
    account: int
    opened: float
    used: float


class Sessions:
    def __init__(self, idle_s: float, longest_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle_s, self._longest_s, self._clock = idle_s, longest_s, clock
        self._open: dict[str, _Session] = {}
        self._lock = Lock()

    def open(self, account: int) -> str:
        """A new session's secret."""
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            while len(self._open) >= _MOST:
                del self._open[next(iter(self._open))]
            self._open[_hidden(secret)] = _Session(account, now, now)
        return secret

    def account(self, secret: str) -> int | None:
        """Whose session it is, None where there is none or it has expired. Using it keeps it alive."""
        now, key = self._clock(), _hidden(secret)
        with self._lock:
            session = self._open.get(key)
            if session is None:
                return None
            if now - session.used > self._idle_s or now - session.opened > self._longest_s:
                del self._open[key]
                return None
            self._open[key] = replace(session, used=now)
            return session.account

    def close(self, secret: str) -> None:
        with self._lock:
            self._open.pop(_hidden(secret), None)

    def close_all(self, account: int) -> None:
        """Ends every session of an account: it was closed, or its password changed."""
        with self._lock:
            self._open = {key: session for key, session in self._open.items() if session.account != account}


class Attempts:
    """Counts what failed in a row, by name and by address, and makes the next try wait."""

    def __init__(self, most: int, wait_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._wait_s, self._clock = most, wait_s, clock
        self._failed: dict[str, tuple[int, float]] = {}
        self._lock = Lock()

    def wait_s(self, *keys: str) -> float:
        """Seconds until these may try again; 0 where they may."""
        now = self._clock()
        with self._lock:
            return max((self._left(key, now) for key in keys), default=0.0)

    def failed(self, *keys: str) -> None:
        now = self._clock()
        with self._lock:
            for key in keys:
                count, at = self._failed.pop(key, (0, now))
                again = now - at > self._wait_s
                while len(self._failed) >= _MOST:
                    del self._failed[next(iter(self._failed))]
                self._failed[key] = (1 if again else count + 1, now)

    def succeeded(self, *keys: str) -> None:
        with self._lock:
            for key in keys:
                self._failed.pop(key, None)

    def _left(self, key: str, now: float) -> float:
        count, at = self._failed.get(key, (0, now))
        return max(0.0, self._wait_s - (now - at)) if count >= self._most else 0.0


def _hidden(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
