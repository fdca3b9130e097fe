"""Writes what is made from the code: the report's JSON Schema, the model card, README's figures and its picture."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLAGGED = ROOT / "samples" / "13-portrait-replaced.jpg"
FIGURES_OF_VERDICTS = {
    "apcer": "APCER at `checkpoint`",
    "bpcer": "BPCER at `checkpoint`",
    "suspects": "genuine that are suspect",
    "named": "flagged forgeries named by the first reason",
    "covered": "changes covered by the first three places",
    "covered_of_flagged": "the same of flagged forgeries",
}
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
    seen = made["leave_one_state_out"]
    outcomes = ("clear", "refer", "suspect", "unreadable", "error")
    lines = [
        "## The classifier: `classifier.skops`",
        "",
        "An additive model over the measures of all checks in which no score falls when a measure grows, one sigmoid for",
        f"calibration; plain tables, kept with skops. Fitted by the way of `docscan/judging/additive.py` that does best: {made['method']}.",
        "",
        f"Made by `{made['command']}`, seed {made['seed']}; the fitting took {made['fitting_minutes']:.0f} minutes. SHA-256",
        f"`{made['sha256']}`.",
        f"Data: {seen['genuine']} genuine and {seen['forged']} forged captures of {len(seen['states'])} invented States drawn by",
        f"`scripts/specimens`, {len(seen['templates'])} templates enrolled from 12 specimens each,",
        f"{len({row['attack'] for row in seen['attacks']})} attacks at 3 skills, {len(seen['devices'])} devices.",
        "",
        "Figures on States that training did not see (leave-one-State-out), 95 % bootstrap interval:",
        "",
        "| figure | value |",
        "|---|---|",
        *(f"| {name} | {_figure(figure)} |" for name, figure in seen["figures"].items()),
        *(f"| {name} | {_figure(seen[key]) if seen[key] else '-'} |" for key, name in FIGURES_OF_VERDICTS.items()),
        f"| places shown on a genuine capture, mean | {seen['false_places']:.2f} |",
        f"| calibration error | {seen['calibration_error']:.3f} |",
        "",
        f"Without an answer: {seen['unanswered_genuine']} genuine, {seen['unanswered_forged']} forged.",
        "",
        "By attack and skill: share missed at the operating point `checkpoint` and at the threshold of BPCER 1 %, share of the",
        "flagged that the first reason names, share whose change the first three places cover:",
        "",
        "| attack | skill | captures | APCER | at BPCER 1 % | named | covered |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {row['attack']} | {row['skill'] or 'all'} | {row['files']} | "
            + " | ".join(
                _figure(row[k]) if row[k] else "-" for k in ("missed", "missed_at_bpcer_1", "named", "covered")
            )
            + " |"
            for row in seen["attacks"]
        ),
        "",
        "Where neither the State nor the attack was seen (leave-one-attack-out): of the score, and share missed where the",
        "rules refer as well, at a BPCER of 1 % each:",
        "",
        "| attack | AUC | EER | by score: crude | careful | professional | with rules: crude | careful | professional |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for attack, row in made["leave_one_attack_out"].items():
        missed = (
            row[share].get(skill)
            for share in ("apcer_at_bpcer_1", "apcer_at_checkpoint")
            for skill in ("crude", "careful", "professional")
        )
        shown = " | ".join("-" if share is None else f"{share:.3f}" for share in missed)
        lines.append(f"| {attack} | {row['auc']:.3f} | {row['eer']:.3f} | {shown} |")
    lines += ["", "Operating points, probabilities from which a document is referred and suspect:", ""]
    lines += [f"- `{name}`: {p['refer']:.4f} and {p['suspect']:.4f}" for name, p in made["points"].items()]
    lines += ["", "Outcomes at `checkpoint`, rules included, by device:", ""]
    lines += ["| device | truth | " + " | ".join(outcomes) + " |", "|---" * (2 + len(outcomes)) + "|"]
    for group in seen["devices"]:
        for truth in ("genuine", "forged"):
            counts = " | ".join(str(group[truth].get(outcome, 0)) for outcome in outcomes)
            lines.append(f"| {group['name']} | {truth} | {counts} |")
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


def shapes_section() -> str:
    made = card("shapes")
    lines = [
        "## The reader of printed letters by shape: `shapes.onnx`",
        "",
        "The same network over printed fields: which letter or digit stands at a place, small letters and accented ones",
        "taken for their capitals. It tells how sure one character is against another where page and MRZ differ.",
        "",
        f"Made by `scripts/train_shapes.py`, seed {made['seed']}, {made['steps']} steps, {made['training_lines']} lines,",
        f"{made['training_minutes']:.0f} minutes. SHA-256 `{made['sha256']}`, {made['bytes'] / 1e6:.1f} MB.",
        f"Data: {made['data']}.",
        "",
    ]
    for title, row in made["figures"].items():
        lines += [
            f"In {title}, {row['fields']} fields: {row['exact_fields']:.1%} exact, "
            f"{row['character_error_rate']:.2%} of the characters wrong.",
            "",
            "| margin | another character likelier by it than the printed one | the printed one likelier than any other |",
            "|---|---|---|",
            *(
                f"| {margin} | {share:.3%} | {row['likelier_than_any_other_by'][margin]:.1%} |"
                for margin, share in row["another_likelier_by"].items()
            ),
            "",
        ]
    return "\n".join(lines)


def series_section() -> str:
    made = card("series")
    figures = made["figures"]
    digest = hashlib.sha256((ROOT / "models" / "series.json").read_bytes()).hexdigest()
    return "\n".join(
        [
            "## The evidence model of series: `series.json`",
            "",
            "Two distributions for each measure of a profile, within and between sources, the same for hands and photographs",
            "as a whole, and weights of a logistic regression over pairs of known source ([docs/series.md](../docs/series.md)).",
            "",
            f"Made by `{made['command']}`, seed {made['seed']}. SHA-256 `{digest}`.",
            f"Data: {figures['documents']} documents of {figures['workshops']} simulated workshops and {figures['genuine']} genuine",
            "ones, drawn and captured by `scripts/specimens`. Pairs are weighed by spreads that had not seen the source of",
            "the first of them; series are those of the documents that the model learned from. Others are",
            "in [docs/series.md](../docs/series.md).",
            "",
            "| figure | value |",
            "|---|---|",
            f"| pairs of one source | {figures['pairs_of_one_source']} |",
            f"| pairs of two | {figures['pairs_of_two']} |",
            f"| Cllr | {figures['cllr']} |",
            f"| pairs of one source at log10 LR 2 and more | {figures['of_one_source_at_2']} |",
            f"| pairs of two at log10 LR 2 and more | {figures['of_two_at_2']} |",
            f"| of pairs put into one series, those of one source | {figures['precision']} |",
            f"| of pairs of one source, those put into one series | {figures['recall']} |",
            f"| largest log10 LR ever claimed | {made['bound']} |",
        ]
    )


def templates_section() -> str:
    from specimens import make

    from docscan import templates

    rows = "\n".join(f"| {t.id} | {t.specimens} | `{t.version}` |" for t in templates.load_all([]))
    return (
        "## The templates that come along: `templates/`\n\nOf three invented documents, so that the samples can be "
        "judged. Made by `scripts/enrol_templates.py`: specimens drawn\nby `scripts/specimens`, seeds from "
        f"{make.ENROLMENT_SEEDS} on, captured by its 300 ppi flatbed. A version is a SHA-256 over the template's "
        "files.\n\n"
        f"| template | specimens | version |\n|---|---|---|\n{rows}"
    )


def model_card() -> str:
    head = (
        "# Model card\n\nEvery trained file, the command that makes it, its seed, data, figures and SHA-256. Written by "
        "`scripts/make_docs` from the\nfigures that training wrote; `manifest.json` holds the sums that loading verifies. "
        "Nothing here was trained on a real\ndocument or a real face.\n\n"
    )
    sections = (mrz_section(), shapes_section(), classifier_section(), series_section() + "\n", templates_section())
    return head + "\n".join(sections) + "\n"


def readme(text: str) -> str:
    seen = card("classifier")["leave_one_state_out"]
    rows = "\n".join(f"| {name} | {_figure(figure)} |" for name, figure in seen["figures"].items())
    block = (
        f"On {seen['genuine']} genuine and {seen['forged']} forged captures of {len(seen['states'])} invented States, each judged by "
        f"a classifier that never saw\nits State (`{card('classifier')['command']}`; 95 % bootstrap interval; the rest is in "
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
    if "method" not in card("classifier"):
        print("models/classifier.json is of an older training: model card and README keep the figures that they have.")
    else:
        (ROOT / "models" / "MODEL_CARD.md").write_text(model_card(), encoding="utf-8")
        path = ROOT / "README.md"
        path.write_text(readme(path.read_text(encoding="utf-8")), encoding="utf-8")
    flagged_picture()


if __name__ == "__main__":
    main()
