"""Is the background print the template's, also right below the personal data?"""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, components, cut
from docscan.checks._zones import CLEARLY, STANDS_OUT, answers, judged_faces, region, words
from docscan.document import Examination, Finding, Outcome, RegisteredFace, TemplateFace
from docscan.geometry import Box
from docscan.templates import laying
from docscan.templates.laying import LaidFace
from docscan.templates.normal import deviate, of_many

Mask = npt.NDArray[np.bool_]

WORN = 10.0
"""Deviate of the worst of hundreds of windows from which it is called a failure: wear, dirt, or another scanner than
the specimens' bring many genuine pages beyond `CLEARLY` (`genuine_fails` in classifier.json), few beyond this."""
SHOWN = 4
"""Regions shown of one face, the strongest first."""
REACH_MM = {"portrait": 5.0, "ghost": 4.0, "signature": 3.5}
"""How far around a picture an exchange of it leaves traces."""


class TemplateBackground:
    """Compares guilloche, tints and static print with the specimens', window by window.

    `texture` and `tone`: the window near the holder's data that departs most in pattern and in colour; `open_texture`
    and `open_tone`: the same of the open ground, which stains and creases alter more often than forgers do, so it
    never fails by itself; `field`: the field below which the background departs most; `share`: percentage of the
    windows that depart; `misprint`: how far the face as a whole does not follow the template's pattern; `unlisted`: how
    much print outside the fields is new or missing.
    """

    name = "template.background"
    measures = ("texture", "tone", "open_texture", "open_tone", "field", "share", "misprint", "unlisted")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        faces, findings = judged_faces(self.name, exam)
        yield from findings
        for registered in faces:
            yield from self._face(exam, registered)

    def _face(self, exam: Examination, registered: RegisteredFace) -> Iterable[Finding]:
        assert exam.match is not None  # noqa: S101 - a registered face has a match
        specimens = exam.match.template.specimens
        face = registered.template_face
        laid = laying.laid(registered)
        measures: dict[str, float] = {}
        found: list[Finding] = []

        def odd(
            code: str,
            message: str,
            measure: str,
            z: float,
            place: Box,
            label: str = "background",
            certain: float = CLEARLY,
        ) -> None:
            found.append(
                Finding(
                    check=self.name,
                    outcome=Outcome.FAIL if z >= certain else Outcome.UNSURE,
                    code=code,
                    message=message,
                    regions=(region(exam, registered, place, label),),
                    measures={measure: z},
                )
            )

        for name in ("texture", "tone"):
            smooth = _smooth(laying.standing_out_on(laid, face, name))
            if not np.isfinite(smooth).any():
                continue
            if name == "texture":
                measures["share"] = 100 * float(np.nanmean(smooth > STANDS_OUT))
            cells_mm = smooth.shape[1] * face.ppmm / face.reference.shape[1]
            own, apart = _parted(smooth, _near_data(laid, face, smooth.shape))
            measures[name], measures[f"open_{name}"] = _strongest(own), _strongest(apart)
            for box in _places(own, measures[name], cells_mm):
                message = "The background print here is not what genuine specimens show."
                odd(f"{name}_departs", message, name, measures[name], box, certain=WORN)
            for box in _places(apart, measures[f"open_{name}"], cells_mm):
                message = "The open ground is not what genuine specimens show; dirt and creases do that, too."
                odd("open_ground_departs", message, f"open_{name}", measures[f"open_{name}"], box, certain=math.inf)
        height, width = face.reference.shape[:2]
        side = Box(x=0, y=0, width=width / face.ppmm, height=height / face.ppmm)
        below = laying.zone_backgrounds(laid, face)
        for zone in face.zones:
            if zone.name in below and "background" in zone.normal:
                z = of_many(float(deviate(below[zone.name], *zone.normal["background"], specimens)), len(below))
                measures["field"] = max(measures.get("field", 0.0), z)
                if z >= STANDS_OUT:
                    message = f"The background below the field {words(zone.name)} is not what genuine specimens show."
                    odd("field_background_departs", message, "field", z, zone.box, words(zone.name))
        measures["misprint"] = max(0.0, float(deviate(laid.residual.misprint, *face.normal["misprint"], specimens)))
        if measures["misprint"] >= STANDS_OUT:
            message = "The background print of the whole side does not follow the template's."
            odd("page_departs", message, "misprint", measures["misprint"], side, "whole side")
        measures["unlisted"] = max(0.0, float(deviate(laid.unlisted, *face.normal["unlisted"], specimens)))
        if measures["unlisted"] >= STANDS_OUT:
            message = "This side has printed words that genuine specimens do not have, or lacks words that they have."
            odd("other_words", message, "unlisted", measures["unlisted"], side, "whole side")
        agreed = Finding(
            check=self.name,
            outcome=Outcome.PASS,
            code="background_agrees",
            message="The background print agrees with the specimens'.",
        )
        yield from answers(found, measures, agreed)


def _smooth(deviates: Floats) -> Floats:
    """Means over 3 x 3 windows in units of their own usual spread on this face."""
    known = np.isfinite(deviates).astype(np.float32)
    share = cv2.blur(known, (3, 3))
    mean = cv2.blur(np.nan_to_num(deviates), (3, 3)) / np.maximum(share, 1e-3)
    mean[(share < 0.5) | (known == 0)] = np.nan
    usual = 1.4826 * float(np.nanmedian(np.abs(mean))) if np.isfinite(mean).any() else 1.0
    return np.asarray(mean / max(0.5, usual), np.float32)


def _near_data(laid: LaidFace, face: TemplateFace, shape: tuple[int, ...]) -> Mask:
    """Which windows lie where fields, MRZ and pictures are, or around them."""
    near = np.zeros(shape, bool)
    scale = shape[1] / laid.ground.size[0]
    places = list(laying.windows(face.zones, laid.ground).values())
    places += [z.box.grown(REACH_MM[z.kind]).scaled(face.ppmm) for z in face.zones if z.kind in REACH_MM]
    for place in places:
        cut(near, place.scaled(scale))[...] = True
    return near


def _parted(smooth: Floats, near: Mask) -> tuple[Floats, Floats]:
    """The windows whose departure is one of the data's surroundings, and the others; NaN elsewhere. What stands out
    goes with the greater part of it: a crease that runs through a field is still one."""
    labels, stats = components(_joined(smooth > STANDS_OUT))
    inside = np.bincount(labels[near], minlength=len(stats)) >= 0.5 * np.bincount(labels.ravel(), minlength=len(stats))
    belongs = np.where(labels > 0, inside[labels], near)
    return np.where(belongs, smooth, np.nan), np.where(belongs, np.nan, smooth)


def _joined(mask: Mask) -> Mask:
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 5), np.uint8)) > 0)


def _strongest(smooth: Floats) -> float:
    known = np.isfinite(smooth)
    return of_many(float(smooth[known].max()), int(known.sum()) // 9) if known.any() else 0.0


def _places(smooth: Floats, strongest: float, cells_mm: float) -> list[Box]:
    """Boxes (millimetres) around the groups of windows that stand out, strongest first; none where none does."""
    if strongest < STANDS_OUT:
        return []
    level = max(STANDS_OUT, 0.5 * float(np.nanmax(smooth)))
    mask = np.nan_to_num(smooth) > level
    labels, stats = components(_joined(mask))
    strength = [float(np.nansum(np.where((labels == i) & mask, smooth, 0.0))) for i in range(1, len(stats))]
    order = np.argsort(strength)[::-1][:SHOWN]
    boxes = []
    for i in order:
        x, y, width, height = (float(v) for v in stats[i + 1, :4])
        boxes.append(Box(x=x, y=y, width=width, height=height).scaled(1 / cells_mm))
    return boxes
