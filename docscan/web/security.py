"""What every answer carries and every request must keep to, whoever asks."""

from __future__ import annotations

import time
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STATIC = "/static/"
FORM_BYTES = 256 * 1024
"""More than any form of ours holds, files left out."""
_DRAIN_S = 20.0
"""A browser reads an answer only when it has sent its file: that long its bytes are thrown away for it."""


class SafeAnswers:
    """Adds the headers that keep a browser from doing more than it was asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                kept = "max-age=86400" if scope["path"].startswith(STATIC) else "no-store"
                headers.setdefault("Cache-Control", kept)
            await send(message)

        await self.app(scope, receive, with_headers)


class BodyTooLarge(Exception):
    """More bytes came than are taken."""


class BodyLimit:
    """Takes no more bytes than a page needs: `upload_bytes` where files are handed in, a form's worth elsewhere."""

    def __init__(self, app: ASGIApp, upload_bytes: int, uploads: Iterable[str]) -> None:
        self.app = app
        self.upload_bytes = upload_bytes + FORM_BYTES
        self.uploads = frozenset(uploads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.upload_bytes if scope["path"] in self.uploads else FORM_BYTES
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdecimal() or int(said) > limit:
            await self._refuse(scope, receive, send, limit)
            return
        seen, answered = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except BodyTooLarge:
            if not answered:
                await self._refuse(scope, receive, send, limit)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        until, more = time.monotonic() + _DRAIN_S, True
        while more and time.monotonic() < until:
            message = await receive()
            more = message["type"] == "http.request" and message.get("more_body", False)
        said = f"This is too large: at most {limit // 1024**2} MB are taken." if limit > FORM_BYTES else "Too large."
        await PlainTextResponse(said, status_code=413)(scope, receive, send)
