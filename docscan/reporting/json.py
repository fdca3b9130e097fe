"""One JSON value a line, for programs. All of it is ASCII, so that no text of a document can act on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

from docscan.errors import DocscanError
from docscan.report import Report


def line(report: Report) -> str:
    """The whole report; `Report.model_validate_json` gives it back."""
    return report.model_dump_json(ensure_ascii=True)


def reading_line(report: Report) -> str:
    """What was read of a document, without checks or verdict: source, format, quality, mrz, fields, versions."""
    return report.model_dump_json(
        include={"schema_version", "source", "format", "quality", "mrz", "fields", "versions"}, ensure_ascii=True
    )


def error_line(path: Path, error: DocscanError) -> str:
    """In place of a report on a file that cannot be examined."""
    return json.dumps(
        {
            "source": {"path": str(path)},
            "error": {
                "class": type(error).__name__,
                "exit_code": error.exit_code,
                "message": str(error),
                "remedy": error.remedy,
            },
        }
    )
