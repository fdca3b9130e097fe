"""What one server does the same for everybody."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

MEGABYTE = 1024**2


@dataclass(frozen=True)
class WebSettings:
    store: str
    """Address of the case store."""
    host: str = "127.0.0.1"
    port: int = 8377
    hosts: tuple[str, ...] = ()
    """Names by which browsers may call this server, besides loopback and `host`."""
    templates: tuple[Path, ...] = ()
    operating_point: str = "checkpoint"
    thorough: bool = False
    watchlist: Path | None = None
    """A CSV file of lost and stolen documents."""
    watch: Path | None = None
    """A folder that a scanner writes to."""
    keep_all: bool = False
    """Store every document that is examined, not only those that are referred."""
    two_reviewers: bool = True
    """A suspect is genuine only when a second reviewer says so too."""
    secure: bool = False
    """Cookies only over TLS, where a proxy in front speaks it."""
    proxy_header: str | None = None
    """Names the account that a proxy in front has let in ..."""
    proxy_addresses: tuple[str, ...] = ()
    """... believed only from these addresses."""
    workers: int = max(1, os.cpu_count() or 1)
    warmed: int = 2
    """Templates that each worker examines before its first job."""
    most_waiting: int = 64
    """Examinations that may wait for a worker; more are told to come back."""
    longest_s: float = 60.0
    """Seconds that one file may take."""
    worker_megabytes: int = 4096
    """Address space of one worker."""
    upload_megabytes: int = 64
    result_minutes: float = 15.0
    """How long a result that nobody referred is kept, in memory."""
    result_megabytes: int = 256
    idle_minutes: float = 30.0
    """A session ends when it was not used for so long ..."""
    session_hours: float = 10.0
    """... and at the latest after so long."""
    logins_in_a_row: int = 5
    """Wrong passwords of one name or address before it has to wait."""
    login_wait_minutes: float = 5.0
    calibration_floor: int = 30
    """Genuine and forged documents of a kind below which nothing is said of how well it is known."""

    @property
    def threads(self) -> int:
        """Of one worker: fewer workers than cores share the cores."""
        return max(1, (os.cpu_count() or 1) // self.workers)

    @property
    def upload_bytes(self) -> int:
        return self.upload_megabytes * MEGABYTE

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
