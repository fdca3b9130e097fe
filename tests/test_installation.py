"""The installation is the one that was pinned, and the public surface the one that was promised."""

import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import docscan

ROOT = Path(__file__).resolve().parent.parent


def test_exactly_one_distribution_owns_cv2():
    names = {d.metadata["Name"].lower() for d in distributions()}
    assert {name for name in names if name.startswith("opencv-")} == {"opencv-python"}


def test_everything_installed_is_pinned():
    pinned = {
        line.split("==")[0].strip().lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    own = {"docscan", "pip", "setuptools", "wheel"}
    installed = {d.metadata["Name"].lower().replace("_", "-") for d in distributions()}
    assert installed - pinned - own == set()


def test_the_public_surface_is_what_all_says():
    assert set(docscan.__all__) == {"Report", "__version__", "inspect"}
    for name in docscan.__all__:
        assert getattr(docscan, name) is not None


def test_help_imports_nothing_heavy():
    code = (
        "import sys, docscan.cli; "
        "print([m for m in ('cv2', 'numpy', 'pydantic', 'sklearn', 'skimage', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_commands_can_be_run():
    commands = [path for path in (ROOT / "scripts").iterdir() if path.is_file() and path.suffix == ""]
    assert commands
    assert [path.name for path in commands if not os.access(path, os.X_OK)] == []
