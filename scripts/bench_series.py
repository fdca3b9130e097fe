"""Does linking find the workshops, and how fast? A simulated seizure is drawn, scanned, profiled and linked.

    scripts/bench series --draw     draw and profile what is not in .cache/series yet (hours of one core)
    scripts/bench series            link the profiles of the cache; then time 5,000 and 20,000 profiles

The seizure is described in `scripts/seizures.py`.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import seizures

if TYPE_CHECKING:
    from docscan.series import Profile


def judge(documents: Sequence[seizures.Profiled]) -> None:
    """Links a seizure and counts the pairs that were put into one series."""
    from specimens.workshops import workshop

    started = time.process_time()
    found = seizures.joined(documents)
    seconds = time.process_time() - started
    many = sum(n for n in found.sizes.values() if n > 1)
    print(f"{len(documents)} documents: {many} of workshops, {len(found.sizes)} sources, the rest loners and genuine")
    print(f"linked in {seconds:.1f} s of one core: {found.series} series")
    print(f"precision {found.precision:.4f} over {found.right + found.wrong} pairs put into one series")
    print(f"recall    {found.recall:.4f} over {found.pairs} pairs of one workshop")
    print(f"genuine documents in a series: {found.genuine}")
    for source, size in found.sizes.items():
        if size > 1:
            what = workshop(source)
            recall = found.by_source[source] / seizures.pairs_of(size)
            print(f"  {source} {what.kind:11} {what.base.id}: {size} documents, recall {recall:.2f}")


def time_it(patterns: Sequence[Profile]) -> None:
    """Links 5,000 and 20,000 profiles drawn from the model's distributions: two fifths of workshops of 33, a fifth of
    loners, the rest genuine, as in the seizure."""
    from specimens.profiles import simulated

    from docscan.series import Profile, evidence
    from docscan.series.joining import find

    taken = []
    for count in (5_000, 20_000):
        sizes = [33] * (2 * count // 5 // 33) + [1] * (count // 5)
        kept = [
            one.profile.model_dump_json()
            for one in simulated(evidence.shipped(), patterns, sizes, count - sum(sizes), seed=count)
        ]
        started = time.process_time()
        series = find(Profile.model_validate_json(text) for text in kept)
        taken.append(time.process_time() - started)
        print(f"{len(kept)} profiles linked in {taken[-1]:.1f} s of one core, JSON read: {len(series)} series")
    print(f"four times as many profiles take {taken[1] / taken[0]:.1f} times as long")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", action="store_true", help="draw and profile what the cache lacks")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes that draw (default: cores)")
    asked = parser.parse_args()
    if asked.draw:
        seizures.draw(asked.jobs)
        return
    documents = seizures.profiled("judged") or seizures.profiled("calibration")
    if not documents:
        print("nothing to judge: scripts/bench series --draw first")
        return
    judge(documents)
    patterns = {one.profile.template: one.profile for one in documents if one.profile.faces}
    time_it(list(patterns.values()))


if __name__ == "__main__":
    main()
