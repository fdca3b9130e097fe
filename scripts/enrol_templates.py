"""Makes models/templates, the templates that come along: draws a dozen specimens of each and enrols them.

.venv/bin/python scripts/enrol_templates.py
.venv/bin/python scripts/enrol_templates.py --out FOLDER    elsewhere
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from pathlib import Path

from specimens import make
from specimens.capture import DEVICES
from specimens.design import design

from docscan import enrolment

TEMPLATES = Path(__file__).resolve().parent.parent / "models" / "templates"
DESIGNS = ("QMR-P-2018", "UTO-I-2021", "UTO-P-2020")
SPECIMENS, DEVICE = 12, "flatbed-300"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=TEMPLATES, help="folder of templates")
    chosen = parser.parse_args()
    for name in DESIGNS:
        state, kind, _ = name.split("-")
        with tempfile.TemporaryDirectory() as temporary:
            scans = make.enrolment(Path(temporary), name, SPECIMENS, DEVICES[DEVICE])
            since = date(design(name).valid[0], 1, 1)
            learned = enrolment.enrol(
                scans, template_id=name, state=state, type=kind, out=chosen.out, issued=(since, None)
            )
        print(f"{learned.id}: version {learned.version}, {learned.specimens} specimens")


if __name__ == "__main__":
    main()
