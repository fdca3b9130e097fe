"""Lets the tests of this room import `cards`, and learns one template for all of them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cards import documents

from docscan import templates
from docscan.document import Template

ENROLLED = range(8)


@pytest.fixture(scope="session")
def template() -> Template:
    return templates.enrol([documents(seed) for seed in ENROLLED], id="UTO-I-2021", state="UTO", type="I")
