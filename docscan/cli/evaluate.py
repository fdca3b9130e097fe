"""`docscan evaluate`: how often the verdicts on a labelled set are right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from docscan.cli.common import Folders, OnDate, settings_of


def evaluate(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of pictures with labels.csv.")],
    folders: Folders = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The table of labels, if it is not FOLDER/labels.csv.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as one JSON value.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write figures and plots as one self-contained HTML page.")] = None,
    on: OnDate = None,
    operating_point: Annotated[
        Literal["checkpoint", "seizure"],
        typer.Option(help="checkpoint: few genuine documents flagged; seizure: few forgeries missed."),
    ] = "checkpoint",
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
) -> None:
    """Examine a labelled set and say how often the verdicts are right, in the terms of ISO/IEC 30107-3."""
    from docscan.evaluate import evaluate as judge_all
    from docscan.judging import labels as tables
    from docscan.judging.assessment import assess
    from docscan.reporting import evaluation

    rows = tables.read(labels or folder / tables.TABLE)
    settings = settings_of(folders, on, operating_point=operating_point)
    with evaluation.progress(len(rows)) as tick:
        files = []
        for file in judge_all(folder, rows, settings, jobs):
            files.append(file)
            tick()
    assessment = assess(files, operating_point)
    if html:
        evaluation.write_html(assessment, files, html)
    if as_json:
        typer.echo(assessment.model_dump_json(ensure_ascii=True))
    else:
        evaluation.show(assessment)
