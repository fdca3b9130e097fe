"""Makes models/series.json: how far documents of one workshop differ, how workshops differ, and how much that says.

    scripts/bench series --draw                    draws and profiles what the cache lacks
    .venv/bin/python scripts/train_series.py       learns from the calibration set in .cache/series

Seeds and workshops are others than those of the seizure by which `scripts/bench series` judges.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "series.json"


def main() -> None:
    import seizures

    from docscan.series import evidence, learning

    known = seizures.profiled("calibration")
    if not known:
        sys.exit("nothing to learn from: scripts/bench series --draw first")
    model, sums, same = learning.fit([one.profile for one in known], [one.source for one in known])
    ratios = model.fused(sums)
    stored = evidence.encoded(model) | {
        "command": "scripts/train_series.py",
        "seed": seizures.CALIBRATING,
        "figures": {
            "workshops": len({one.source for one in known if one.source is not None}),
            "documents": sum(one.source is not None for one in known),
            "genuine": sum(one.source is None for one in known),
            "pairs_of_one_source": int(same.sum()),
            "pairs_of_two": int((same == 0).sum()),
            "cllr": round(_cllr(ratios, same), 4),
            "of_one_source_at_2": round(float((ratios[same == 1] >= 2).mean()), 4),
            "of_two_at_2": int((ratios[same == 0] >= 2).sum()),
        },
    }
    together = seizures.joined(known, model)
    stored["figures"] |= {"precision": round(together.precision, 4), "recall": round(together.recall, 4)}
    MODEL.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    manifest = json.loads((MODEL.parent / "manifest.json").read_text(encoding="utf-8"))
    manifest[MODEL.name] = sha256(MODEL.read_bytes()).hexdigest()
    (MODEL.parent / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(stored["figures"], indent=1), json.dumps([stored["weights"], stored["altered"]], indent=1))


def _cllr(ratios: np.ndarray, same: np.ndarray) -> float:
    """Cost of the log-likelihood ratio (Bruemmer 2006): 0 perfect, 1 no better than saying nothing."""
    nats = ratios * np.log(10)
    return float((np.logaddexp(0, -nats[same == 1]).mean() + np.logaddexp(0, nats[same == 0]).mean()) / 2 / np.log(2))


if __name__ == "__main__":
    main()
