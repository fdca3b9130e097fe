import csv
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import roc_auc_score
from specimens.capture import DEVICES, capture, encode
from specimens.design import design_ids
from specimens.forge import LOCAL
from specimens.handiwork import SKILLS
from specimens.make import ATTACKS, COLUMNS, main, plan, specimen

SAMPLES = Path(__file__).parents[2] / "samples"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def boxes_of(text: str) -> list[list[int]]:
    return [[int(n) for n in box.split()] for box in text.split(";") if box]


def global_numbers(design_id: str, holder: int, attack: str, skill: str) -> list[float]:
    """What could give a forgery away without looking at it."""
    shot = specimen(design_id, holder, attack, skill, holder, wear=0.4, ppi=200)  # type: ignore[arg-type]
    taken = capture(shot.faces, DEVICES["flatbed-200"], holder)
    grey = cv2.cvtColor(taken.picture, cv2.COLOR_RGB2GRAY)
    return [
        len(encode(taken)),
        float(taken.picture.mean()),
        float(taken.picture.std()),
        float(cv2.Laplacian(grey, cv2.CV_64F).var()),
    ]


def test_nothing_global_gives_a_local_forgery_away() -> None:
    genuine, forged = [], []
    for i, (attack, skill) in enumerate((a, s) for a in LOCAL for s in SKILLS):
        design_id = ("UTO-P-2020", "QMR-P-2018")[i % 2]
        genuine.append(global_numbers(design_id, 300_000 + i, "", skill))
        forged.append(global_numbers(design_id, 300_000 + i, attack, skill))
    truth = [0] * len(genuine) + [1] * len(forged)
    for name, values in zip(
        ("file size", "mean", "standard deviation", "Laplacian variance"),
        np.array(genuine + forged).T,
        strict=True,
    ):
        assert 0.45 <= roc_auc_score(truth, values) <= 0.55, name


def test_enrolment_writes_genuine_captures(tmp_path: Path) -> None:
    main(["enrolment", str(tmp_path), "--design", "XVL-V-2020", "--count", "2", "--device", "flatbed-200"])
    files = sorted(tmp_path.iterdir())
    assert [f.name for f in files] == ["XVL-V-2020-000000.jpg", "XVL-V-2020-000001.jpg"]
    assert files[0].read_bytes() != files[1].read_bytes()


def test_training_is_balanced_labelled_and_reproducible(tmp_path: Path) -> None:
    command = ["--designs", "XVL-V-2020", "--count", "2", "--devices", "flatbed-200", "document-camera"]
    for folder in ("one", "again"):
        main(["training", str(tmp_path / folder), *command])
    rows = rows_of(tmp_path / "one" / "labels.csv")
    assert tuple(rows[0]) == COLUMNS
    assert [r["truth"] for r in rows] == ["genuine", "forged"] * 2
    assert [r["device"] for r in rows[::2]] == [r["device"] for r in rows[1::2]]
    assert len({r["holder"] for r in rows}) == 4
    for row in rows:
        assert (row["attack"] != "") == (row["check"] != "") == (row["boxes"] != "") == (row["truth"] == "forged")
        one, again = (tmp_path / folder / row["file"] for folder in ("one", "again"))
        assert one.read_bytes() == again.read_bytes()
        width, height = Image.open(one).size
        for x, y, w, h in boxes_of(row["boxes"]):
            assert w > 0
            assert h > 0
            assert -40 <= x <= x + w <= width + 40
            assert -40 <= y <= y + h <= height + 40


def test_every_attack_meets_every_skill_and_device() -> None:
    pairs = [plan(i, list(DEVICES.values())) for i in range(len(ATTACKS) * len(DEVICES) * len(SKILLS))]
    assert {(attack, skill) for attack, skill, _ in pairs} == set(product(ATTACKS, SKILLS))
    met = {(attack, device.name) for attack, _, device in pairs}
    assert met == {(a, d.name) for a in ATTACKS for d in DEVICES.values() if a != "screen" or d.kind == "camera"}


def test_an_unknown_design_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["enrolment", "out", "--design", "ATLANTIS"])
    assert "ATLANTIS" in capsys.readouterr().err


# --- samples/ as committed --------------------------------------------------------------------------------------------


def test_the_samples_are_balanced_and_small() -> None:
    rows = rows_of(SAMPLES / "samples.csv")
    assert sum(r["truth"] == "genuine" for r in rows) == sum(r["truth"] == "forged" for r in rows) == 12
    assert len({r["attack"] for r in rows if r["attack"]}) >= 8
    listed = {r["file"] for r in rows} | {"samples.csv", "README.md"}
    assert {p.name for p in SAMPLES.iterdir()} == listed
    assert sum(p.stat().st_size for p in SAMPLES.iterdir()) < 8_000_000


def test_each_sample_says_what_it_is() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for row in rows_of(SAMPLES / "samples.csv"):
        assert row["file"] in readme
        assert row["shows"] in readme
        assert set(row["design"].split()) <= {*design_ids()}
        assert bool(row["what"]) == bool(row["check"]) == (row["truth"] == "forged")
        if not row["file"].endswith(".pdf"):
            width, height = Image.open(SAMPLES / row["file"]).size
            for x, y, w, h in boxes_of(row["boxes"]):
                assert 0 <= x < x + w <= width
                assert 0 <= y < y + h <= height
