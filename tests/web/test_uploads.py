"""Files that no officer would send: clear answers, the server stays up, memory stays bounded."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from live import Server
from PIL import Image

from docscan.cases.accounts import Role
from docscan.web.workers import TooBusy, TookTooLong, Workers, WorkFailed, _nothing

MEGABYTE = 1024**2


def headers(server: Server) -> dict[str, str]:
    return {"authorization": f"Bearer {server.tokens[Role.OFFICER]}"}


def kept(server: Server) -> set[Path]:
    """What the server holds of results; those of other tests among them."""
    return set(server.state.results.folder.iterdir())


def small_picture() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (160, 120), (240, 240, 240)).save(picture, "PNG")
    return picture.getvalue()


def resident() -> int:
    """Bytes of memory that this process, in which the server runs, holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it is 60,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(MEGABYTE)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "content", "status", "error"),
    [
        ("note.txt", b"no picture", 415, "UnknownKind"),
        ("empty.jpg", b"", 422, "EmptySource"),
        ("cut.png", small_picture()[:60], 422, "DamagedSource"),
        ("bomb.png", bomb(), 413, "SourceTooLarge"),
    ],
)
def test_what_is_no_scan_is_refused_with_a_sentence(
    server: Server, name: str, content: bytes, status: int, error: str
) -> None:
    before = kept(server)
    answer = server.client().post("/api/check", files={"file": (name, io.BytesIO(content))}, headers=headers(server))
    assert answer.status_code == status
    assert answer.json()["error"]["class"] == error
    assert answer.json()["error"]["message"].endswith(".")
    assert answer.json()["error"]["remedy"]
    assert kept(server) <= before


def test_200_megabytes_are_refused_and_never_held(server: Server) -> None:
    begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'

    def parts() -> Iterator[bytes]:
        yield begin
        for _ in range(200):
            yield bytes(MEGABYTE)

    before = resident()
    for said in ({"content-length": str(200 * MEGABYTE + len(begin))}, {}):
        sent = headers(server) | said | {"content-type": "multipart/form-data; boundary=x"}
        answer = server.client().post("/api/check", content=parts(), headers=sent)
        assert answer.status_code == 413
        assert "64 MB" in answer.text
    assert resident() - before < 100 * MEGABYTE
    assert server.client().get("/login").status_code == 200


def test_a_form_is_no_place_for_a_file(server: Server) -> None:
    assert server.client().post("/login", data={"name": "x" * MEGABYTE}).status_code == 413


def test_50_at_once_are_all_answered(server: Server) -> None:
    client, contents = server.client(), [small_picture(), *[b"no picture"] * 24] * 2
    before = kept(server)

    def send(content: bytes) -> int:
        file = {"file": ("x.png", io.BytesIO(content))}
        return client.post("/api/check", files=file, headers=headers(server)).status_code

    with ThreadPoolExecutor(50) as officers:
        assert list(officers.map(send, contents)) == [200, *[415] * 24] * 2
    assert kept(server) <= before


def test_a_cut_connection_leaves_nothing_behind(server: Server) -> None:
    address, before = urlsplit(server.url), kept(server)
    for _ in range(5):
        with socket.create_connection((address.hostname, address.port)) as cut:
            cut.sendall(
                b"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n"
                b"Content-Type: multipart/form-data; boundary=x\r\n"
                + f"Authorization: {headers(server)['authorization']}\r\n\r\n".encode()
                + b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
                + os.urandom(20_000)
            )
    assert server.client().get("/api/version", headers=headers(server)).status_code == 200
    assert kept(server) <= before


def run(do: Callable[[Workers], object], **changed: object) -> object:
    settings = {"longest_s": 60.0, "most_waiting": 2, "megabytes": 1024} | changed

    async def with_workers() -> object:
        workers = Workers(1, _nothing, **settings)  # type: ignore[arg-type]
        try:
            return await do(workers)  # type: ignore[misc]
        finally:
            workers.close()

    # In a thread of its own: a browser test before this one leaves an event loop running in the main thread.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, with_workers()).result()


@pytest.mark.parametrize(
    ("job", "failure"),
    [
        (partial(os._exit, 9), WorkFailed),
        (partial(bytearray, 10**10), WorkFailed),
        (partial(time.sleep, 600), TookTooLong),
    ],
    ids=["dies", "swells", "hangs"],
)
def test_a_lost_worker_costs_its_job_and_is_replaced(job: Callable[[], object], failure: type[Exception]) -> None:
    async def lose(workers: Workers) -> int:
        with pytest.raises(failure):
            await workers.run(job)
        return await workers.run(len, "four")

    assert run(lose, longest_s=3.0) == 4


def test_more_than_may_wait_are_told_so_and_whoever_is_urgent_goes_first() -> None:
    async def crowd(workers: Workers) -> list[str]:
        order: list[str] = []

        async def come(name: str, urgent: bool) -> None:
            await workers.run(time.sleep, 0.2, urgent=urgent)
            order.append(name)

        waiting = [asyncio.ensure_future(come(n, u)) for n, u in (("first", True), ("pile", False), ("desk", True))]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            await workers.run(len, "")
        await asyncio.gather(*waiting)
        return order

    assert run(crowd) == ["first", "desk", "pile"]
