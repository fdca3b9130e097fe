"""Writes what is made from the code: the report's JSON Schema, the model card, README's figures and its picture."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLAGGED = ROOT / "samples" / "13-portrait-replaced.jpg"
FIGURES = re.compile(r"(<!-- figures: scripts/make_docs -->\n).*?(<!-- end -->)", re.DOTALL)


def schema() -> str:
    from docscan.report import Report

    return json.dumps(Report.model_json_schema(mode="serialization"), indent=1) + "\n"


def card(name: str) -> dict[str, Any]:
    return dict(json.loads((ROOT / "models" / f"{name}.json").read_text(encoding="utf-8")))


def _figure(figure: dict[str, float]) -> str:
    return f"{figure['value']:.3f} ({figure['low']:.3f}-{figure['high']:.3f})"


def classifier_section() -> str:
    made = card("classifier")
    data = made["data"]
    lines = [
        "## The classifier: `classifier.skops`",
        "",
        "Additive monotone gradient boosting (scikit-learn) over the measures of all checks, one sigmoid for calibration;",
        "kept with skops, loaded with a fixed allow-list.",
        "",
        f"Made by `{made['command']}`, seed {made['seed']}, on 2 cores. SHA-256 `{made['sha256']}`.",
        f"Data: {data['genuine']} genuine and {data['forged']} forged captures of {data['states']} invented States drawn by",
        "`scripts/specimens`, templates enrolled from 12 specimens each, 14 attacks at 3 skills, 7 devices.",
        "",
        "Figures on States that training did not see (leave-one-State-out), 95 % bootstrap interval:",
        "",
        "| figure | value |",
        "|---|---|",
        *(f"| {name} | {_figure(figure)} |" for name, figure in made["leave_one_state_out"].items()),
        "",
        "Forged captures missed at BPCER 1 %, by attack and skill (missed/all), and AUC where neither State nor attack was seen:",
        "",
        "| attack | crude | careful | professional | AUC, attack unseen |",
        "|---|---|---|---|---|",
    ]
    for attack, skills in made["apcer_at_bpcer_1"].items():
        missed = " | ".join(f"{skills[s][0]}/{skills[s][1]}" for s in ("crude", "careful", "professional"))
        lines.append(f"| {attack} | {missed} | {made['leave_one_attack_out_auc'][attack]:.3f} |")
    lines += ["", "Operating points, probabilities from which a document is referred and suspect:", ""]
    lines += [f"- `{name}`: {p['refer']:.4f} and {p['suspect']:.4f}" for name, p in made["points"].items()]
    lines += [
        "",
        "Outcomes at `checkpoint`, rules included:",
        "",
        "| truth | clear | refer | suspect |",
        "|---|---|---|---|",
    ]
    for truth, counts in made["verdicts"].items():
        lines.append(f"| {truth} | " + " | ".join(str(counts.get(o, 0)) for o in ("clear", "refer", "suspect")) + " |")
    lines += [
        "",
        "Probabilities are calibrated for as many forged as genuine documents; where forgeries are rarer, read them as an",
        "order of suspicion.",
    ]
    return "\n".join(lines) + "\n"


def mrz_section() -> str:
    made = card("mrz")
    lines = [
        "## The MRZ line reader: `mrz.onnx`",
        "",
        "A small convolutional network over straightened lines; no language model, so that a line is read as printed.",
        "",
        f"Made by `scripts/train_mrz.py`, seed {made['seed']}, {made['steps']} steps, {made['training_lines']} lines,",
        f"{made['training_minutes']:.0f} minutes. SHA-256 `{made['sha256']}`, {made['bytes'] / 1e6:.1f} MB.",
        f"Data: {made['data']}.",
        "",
        "| synthetic lines | lines | character error rate | exact | not found |",
        "|---|---|---|---|---|",
    ]
    groups = {"all": made["figures"]["all"]}
    for key, table in made["figures"].items():
        if key.startswith("by_"):
            groups |= {f"{key[3:].replace('_', ' ')}: {name}": row for name, row in table.items()}
    for name, row in groups.items():
        if "lines" in row:
            lines.append(
                f"| {name} | {row['lines']} | {row['character_error_rate']:.4f} | {row['exact_lines']:.3f} "
                f"| {row['not_found']:.4f} |"
            )
    return "\n".join(lines) + "\n"


def model_card() -> str:
    head = (
        "# Model card\n\nEvery trained file, the command that makes it, its seed, data, figures and SHA-256. Written by "
        "`scripts/make_docs` from the\nfigures that training wrote; `manifest.json` holds the sums that loading verifies. "
        "Nothing here was trained on a real\ndocument or a real face.\n\n"
    )
    return head + mrz_section() + "\n" + classifier_section()


def readme(text: str) -> str:
    made = card("classifier")
    rows = "\n".join(f"| {name} | {_figure(figure)} |" for name, figure in made["leave_one_state_out"].items())
    data = made["data"]
    block = (
        f"On {data['genuine']} genuine and {data['forged']} forged captures of {data['states']} invented States, each judged by "
        "a classifier that never saw\nits State (`scripts/train_classifier.py`; 95 % bootstrap interval; the rest is in "
        f"[models/MODEL_CARD.md](models/MODEL_CARD.md)):\n\n| figure | value |\n|---|---|\n{rows}\n"
    )
    return FIGURES.sub(lambda match: match[1] + block + match[2], text)


def flagged_picture() -> None:
    """The annotated face of a sample, as a report shows it."""
    from PIL import Image

    from docscan import templates
    from docscan.pipeline import Settings, examine
    from docscan.reporting import annotate

    inspection = next(examine(FLAGGED, Settings(templates=templates.load_all([]))))
    face = inspection.exam.document.faces[0]
    picture = Image.fromarray(annotate.annotated(face.pixels, annotate.marks(inspection.report, 0)))
    picture.thumbnail((1000, 1000))
    (ROOT / "docs" / "images").mkdir(exist_ok=True)
    picture.save(ROOT / "docs" / "images" / "flagged.png", optimize=True)


def main() -> None:
    (ROOT / "docs" / "report.schema.json").write_text(schema(), encoding="utf-8")
    (ROOT / "models" / "MODEL_CARD.md").write_text(model_card(), encoding="utf-8")
    path = ROOT / "README.md"
    path.write_text(readme(path.read_text(encoding="utf-8")), encoding="utf-8")
    flagged_picture()


if __name__ == "__main__":
    main()
