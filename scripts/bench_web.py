"""Two officers and a batch at the same time: how long requests take, and whether any is lost.

    scripts/bench web [--rounds N] [--batch-workers N]

Everything stays on loopback. Two officers hand in samples one after the other, as fast as answers come, while
`docscan batch` examines the samples into the same store; and before that, without the batch. A request is an upload and
the page of its outcome, pictures included.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

from docscan.cases import accounts, open_store
from docscan.cases.accounts import Role

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = [
    ROOT / "samples" / name for name in ("13-portrait-replaced.jpg", "01-passport.jpg", "07-card-both-sides.jpg")
]
PASSWORD = "correct horse battery staple"  # noqa: S105


def officer(url: str, name: str, rounds: int, took: list[float], paint: list[float]) -> None:
    with httpx.Client(base_url=url, timeout=60, follow_redirects=True) as client:

        def form(page: str) -> str:
            return page.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]

        secret = form(client.get("/login").text)
        page = client.post("/login", data={"csrf": secret, "name": name, "password": PASSWORD}).text
        for number in range(rounds):
            sample = SAMPLES[number % len(SAMPLES)]
            started = time.perf_counter()
            with sample.open("rb") as scan:
                answer = client.post("/check", data={"csrf": form(page)}, files={"file": (sample.name, scan)})
            answer.raise_for_status()
            paint.append(time.perf_counter() - started)
            for picture in re.findall(r'<img src="(/checked/[^"]+)"', answer.text):
                client.get(picture).raise_for_status()
            took.append(time.perf_counter() - started)
            page = client.post(f"{answer.url}/pass", data={"csrf": form(answer.text)}).text


def measure(url: str, rounds: int) -> tuple[list[float], list[float]]:
    took: list[float] = []
    paint: list[float] = []
    desks = [threading.Thread(target=officer, args=(url, f"officer {n}", rounds, took, paint)) for n in (1, 2)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    return took, paint


def processor_s() -> float:
    """Processor time of one file, whatever else the machine does: examined and drawn, models warm."""
    from docscan.web import jobs

    def spent() -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system

    jobs.start(jobs.Setup())
    took = []
    for sample in SAMPLES:
        before = spent()
        jobs.examined(sample, sample.name)
        took.append(spent() - before)
    return statistics.median(took)


def say(what: str, rounds: int, took: list[float], paint: list[float]) -> None:
    print(
        f"{what}: {len(took)} of {2 * rounds} requests answered; outcome after {statistics.median(paint):.2f} s "
        f"(median), {max(paint):.2f} s (longest); with all pictures {max(took):.2f} s at most; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=6, help="files that each officer hands in")
    parser.add_argument("--batch-workers", type=int, default=1)
    chosen = parser.parse_args()
    print(f"one file takes {processor_s():.2f} s of one processor (median of {len(SAMPLES)} samples at 300 ppi)")
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "cases.db")
        store = open_store(url)
        for number in (1, 2):
            accounts.invite(store, f"officer {number}", Role.OFFICER, by="bench")
            accounts.set_password(store, accounts.everybody(store)[-1].id, PASSWORD, by="bench")
        store.close()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        docscan = [sys.executable, "-m", "docscan.cli"]
        env = os.environ | {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
        server = subprocess.Popen([*docscan, "serve", "--store", url, "--port", str(port), "--workers", "2"], env=env)
        try:
            base = f"http://127.0.0.1:{port}"
            until = time.monotonic() + 180
            while time.monotonic() < until:
                try:
                    httpx.get(f"{base}/login", timeout=5)
                    break
                except httpx.HTTPError:
                    time.sleep(0.3)
            say("two officers", chosen.rounds, *measure(base, chosen.rounds))
            into = ["--store", url, "--by", "bench", "--workers", str(chosen.batch_workers), "--json"]
            command = ["nice", *docscan, "batch", str(ROOT / "samples"), *into]
            batch = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
            say("two officers and a batch", chosen.rounds, *measure(base, chosen.rounds))
            print("the batch was running all the while" if batch.poll() is None else "the batch ended before")
            batch.terminate()
            batch.wait(60)
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()
