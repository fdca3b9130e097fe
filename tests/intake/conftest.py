"""Lets the tests of this room import `laid_down`, which draws their pages."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
