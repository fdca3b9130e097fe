"""Whatever is handed in, the answer is a sentence and an exit code: no traceback, no hang, bounded memory."""

import json
import os
import resource
import subprocess
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from struct import pack

import numpy as np
import pytest
from PIL import Image

TIMEOUT_S = 120
MEMORY = 2 * 1024**3


def _bomb(path: Path) -> None:
    """A PNG of 30,000 x 30,000 pixels in a few hundred kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    side = 30_000
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + 3 * side)) for _ in range(side)) + packer.flush()
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def _picture(path: Path, **options: object) -> None:
    rng = np.random.default_rng(3)
    Image.fromarray(rng.integers(0, 256, (300, 400, 3), dtype=np.uint8)).save(path, **options)


def _encrypted_pdf(path: Path) -> None:
    """A PDF whose password nobody knows (RC4, 40 bit; the key's digest is made up)."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Filter /Standard /V 1 /R 2 /O <" + b"ab" * 32 + b"> /U <" + b"cd" * 32 + b"> /P -4 >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00><00>] >>"
    path.write_bytes(
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer\n"
        + trailer
        + b"\nstartxref\n%d\n%%%%EOF" % len(body)
    )


def _truncated(path: Path) -> None:
    _picture(path)
    path.write_bytes(path.read_bytes()[:2000])


def _animated(path: Path) -> None:
    frames = [Image.new("RGB", (320, 240), (shade, 0, 0)) for shade in (0, 128, 255)]
    frames[0].save(path, save_all=True, append_images=frames[1:])


BAD = {
    "empty.jpg": (lambda p: p.write_bytes(b""), 13),
    "truncated.jpg": (_truncated, 15),
    "bomb.png": (_bomb, 17),
    "locked.pdf": (_encrypted_pdf, 16),
    "text.jpg": (lambda p: p.write_text("No picture at all."), 14),
    "folder.jpg": (Path.mkdir, 11),
    "missing.jpg": (lambda p: None, 10),
    "fifo.jpg": (os.mkfifo, 11),
}
POOR = {
    "one-pixel.png": lambda p: Image.new("RGB", (1, 1)).save(p),
    "animated.gif": _animated,
    "noise.png": _picture,
}


AS_OWNER = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Takes from root that it may read everything, so that permissions hold for it as for anyone."""


def run(*arguments: object, by: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """docscan in a process of its own that may not use more than MEMORY."""
    return subprocess.run(
        [*by, sys.executable, "-m", "docscan.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY)),
    )


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_examined(name, tmp_path):
    make, code = BAD[name]
    make(tmp_path / name)
    done = run("check", "--json", tmp_path / name)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    error = json.loads(done.stdout)["error"]
    assert error["exit_code"] == code
    assert error["message"]
    assert error["remedy"]


@pytest.mark.parametrize("name", POOR)
def test_a_picture_of_nothing_is_unreadable_or_refused_in_a_sentence(name, tmp_path):
    POOR[name](tmp_path / name)
    done = run("check", "--json", tmp_path / name)
    assert "Traceback" not in done.stderr
    if done.returncode == 3:
        assert json.loads(done.stdout)["verdict"]["outcome"] == "unreadable"
    else:
        assert done.returncode in {13, 14, 15}
        assert done.stderr.strip()


def test_a_file_without_read_permission(tmp_path):
    path = tmp_path / "secret.png"
    _picture(path)
    path.chmod(0)
    _picture(tmp_path / "noise.png")
    done = run("check", "--json", path, tmp_path / "noise.png", by=AS_OWNER)
    assert done.returncode == 12
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["error"]["exit_code"] == 12
    assert second["verdict"]["outcome"] == "unreadable", "it does not end the run"


def test_one_bad_file_does_not_end_the_run(tmp_path):
    _picture(tmp_path / "noise.png")
    (tmp_path / "empty.png").write_bytes(b"")
    done = run("check", "--json", tmp_path / "empty.png", tmp_path / "noise.png")
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["error"]["exit_code"] == done.returncode == 13
    assert second["verdict"]["outcome"] == "unreadable"


def test_a_name_full_of_control_characters_is_printed_without_them(tmp_path):
    done = run("check", tmp_path / "a\x1b[31m\nb.jpg")
    assert done.returncode == 10
    assert "\x1b" not in done.stderr
