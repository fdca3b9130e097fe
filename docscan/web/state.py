"""What the server holds while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request

from docscan.cases import Store
from docscan.web.gallery import Gallery
from docscan.web.notices import Notices
from docscan.web.results import Results
from docscan.web.sessions import Attempts, Sessions
from docscan.web.settings import WebSettings
from docscan.web.workers import Workers

if TYPE_CHECKING:
    from docscan.web.roles import Keys


@dataclass(frozen=True, eq=False)
class State:
    settings: WebSettings
    store: Store
    workers: Workers
    results: Results
    sessions: Sessions
    attempts: Attempts
    keys: Keys
    notices: Notices
    gallery: Gallery


def state_of(request: Request) -> State:
    state: State = request.app.state.docscan
    return state
