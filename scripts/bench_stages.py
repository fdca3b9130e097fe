"""Where the time of `docscan check` goes: start-up, then each stage and each check, per document of the samples.

The first document of the process is told apart: it pays for loading models and libraries.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from docscan import templates
from docscan.checks import registry
from docscan.pipeline import Settings, examine

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def startup_ms(rounds: int = 7) -> float:
    """Median wall time of `docscan --help` in milliseconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "docscan.cli", "--help"], check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def main() -> None:
    console = Console()
    console.print(f"docscan --help: {startup_ms():.0f} ms (median of 7)")
    settings = Settings(templates=templates.load_all([]))
    stages: defaultdict[str, list[float]] = defaultdict(list)
    per_check: defaultdict[str, list[float]] = defaultdict(list)
    first = None
    for path in sorted(SAMPLES.iterdir()):
        if path.suffix.lower() in {".csv", ".md"}:
            continue
        for inspection in examine(path, settings):
            report = inspection.report
            if first is None:
                first = report.elapsed_ms
                continue
            for stage, ms in report.stages_ms.items():
                stages[stage].append(ms)
            stages["total"].append(report.elapsed_ms)
            for check in registry.ALL:
                started = time.perf_counter()
                list(check(inspection.exam))
                per_check[check.name].append((time.perf_counter() - started) * 1000)
    console.print(f"first document of a process: {first:.0f} ms, models and libraries loaded on the way")
    for title, rows in (("stage", stages), ("check", per_check)):
        table = Table(title, "median ms", "max ms", "documents")
        for name, times in rows.items():
            table.add_row(name, f"{statistics.median(times):.1f}", f"{max(times):.1f}", str(len(times)))
        console.print(table)


if __name__ == "__main__":
    main()
