"""From bytes that came in to a result that a page can show."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from docscan.errors import EmptySource
from docscan.reporting.wording import printable
from docscan.web import jobs, keeping
from docscan.web.results import Result
from docscan.web.state import State

_LONGEST_NAME = 120


async def receive(state: State, file: UploadFile, *, owner: int | None, by: str, urgent: bool = True) -> Result:
    """Examines a file that was handed in. Raises SourceError, WorkFailed."""
    started = time.monotonic()
    spooled = state.results.spool()
    await run_in_threadpool(_copy, file.file, spooled)
    return await examine(state, spooled, file.filename or "", started, owner=owner, by=by, urgent=urgent)


async def examine(
    state: State, spooled: Path, name: str, started: float, *, owner: int | None, by: str, urgent: bool = True
) -> Result:
    """Examines a file in the spool, which is the result's from now on, or gone."""
    name = printable(Path(name.replace("\\", "/")).name)[:_LONGEST_NAME] or "-"
    try:
        sheets = await state.workers.run(jobs.examined, spooled, name, urgent=urgent)
        if not sheets:
            raise EmptySource(f"{name}: no page with a document is in it.")
        seconds = time.monotonic() - started
        result = state.results.add(owner, name, spooled, sheets, seconds)
        if state.settings.keep_all:
            await run_in_threadpool(keeping.keep, state, result, by=by)
    except BaseException:
        spooled.unlink(missing_ok=True)
        raise
    return result


def _copy(source: BinaryIO, target: Path) -> None:
    source.seek(0)
    with target.open("xb") as stream:
        shutil.copyfileobj(source, stream, 1 << 20)
