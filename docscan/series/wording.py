"""Measures and strengths in the words of an examiner."""

from __future__ import annotations

from collections.abc import Mapping

SCALE: tuple[tuple[float, str], ...] = (
    (6.0, "extremely strong support"),
    (4.0, "very strong support"),
    (3.0, "strong support"),
    (2.0, "moderately strong support"),
    (1.0, "moderate support"),
    (0.3, "weak support"),
)
"""log10 likelihood ratio from which -> words; ENFSI Guideline for Evaluative Reporting in Forensic Science (2015)."""

TYPE: Mapping[str, tuple[str, str]] = {
    "left": ("left margin", "spreads"),
    "baseline": ("baseline", "spreads"),
    "height": ("height of letters", "spreads"),
    "stroke": ("weight of strokes", "spreads"),
    "slant": ("slant", "spreads"),
    "depth": ("contrast of the ink", "spreads"),
    "hue_a": ("ink, green to red", "spreads"),
    "hue_b": ("ink, blue to yellow", "spreads"),
    "advance": ("distance of letters", "spreads"),
    "crispness": ("sharpness of edges", "spreads"),
    "glyphs": ("shape of letters", "spreads"),
    "oddest_glyph": ("oddest letter", "spreads"),
    "patch_l": ("lightness next to the letters", "spreads"),
    "patch_a": ("tint next to the letters, green to red", "spreads"),
    "patch_b": ("tint next to the letters, blue to yellow", "spreads"),
    "background": ("ground below the letters", "spreads"),
}
WORDS: Mapping[str, tuple[str, str]] = {
    "shift_x": ("static print, sideways", "mm"),
    "shift_y": ("static print, downwards", "mm"),
    "letters_added": ("print that the template has not", "%"),
    "letters_missing": ("print of the template that is missing", "%"),
    "tone_l": ("lightness of the ground", "L*"),
    "tone_a": ("tint of the ground, green to red", "a*"),
    "tone_b": ("tint of the ground, blue to yellow", "b*"),
    "texture": ("texture of the ground", "log"),
    "pattern_l": ("strength of the pattern", "times"),
    "pattern_a": ("strength of the pattern, green to red", "times"),
    "pattern_b": ("strength of the pattern, blue to yellow", "times"),
    "misprint": ("share of the pattern that is not followed", "log"),
    "noise": ("noise of the ground", "log"),
    "paper_a": ("paper, green to red", "a*"),
    "paper_b": ("paper, blue to yellow", "b*"),
    "screen_frequency": ("dot screen", "dots/mm"),
    "screen_angle_cosine": ("angle of the dot screen (cosine)", ""),
    "screen_angle_sine": ("angle of the dot screen (sine)", ""),
    "portrait_overlay": ("pattern over the portrait", "spreads"),
    "portrait_noise": ("noise of the portrait", "spreads"),
    "portrait_grain_fine": ("fine grain of the portrait", "spreads"),
    "portrait_grain_middle": ("coarse grain of the portrait", "spreads"),
    "portrait_across": ("place of the portrait, sideways", "mm"),
    "portrait_down": ("place of the portrait, downwards", "mm"),
    "portrait_width": ("width of the portrait", "mm"),
    "portrait_height": ("height of the portrait", "mm"),
    "portrait_wall_l": ("wall behind the head, lightness", "L*"),
    "portrait_wall_a": ("wall behind the head, green to red", "a*"),
    "portrait_wall_b": ("wall behind the head, blue to yellow", "b*"),
    "mrz_pitch": ("pitch of the MRZ", "mm"),
    "mrz_lean": ("lean of the MRZ", "mm"),
    "mrz_left": ("left margin of the MRZ", "mm"),
    "mrz_baseline": ("baseline of the MRZ", "mm"),
    "mrz_spacing": ("line spacing of the MRZ", "mm"),
    "mrz_height": ("height of the MRZ's characters", "log mm"),
    "mrz_stroke": ("weight of the MRZ's strokes", ""),
    "mrz_slant": ("slant of the MRZ", "degrees"),
    "mrz_depth": ("contrast of the MRZ's ink", "log L*"),
    "mrz_hue_a": ("ink of the MRZ, green to red", "a*/L*"),
    "mrz_hue_b": ("ink of the MRZ, blue to yellow", "b*/L*"),
    "mrz_crispness": ("sharpness of the MRZ's edges", "log"),
    **{f"type_{name}": (f"{words} of all fields", unit) for name, (words, unit) in TYPE.items()},
    **{f"field_{name}": (words, unit) for name, (words, unit) in TYPE.items()},
    **{f"altered_{name}": (f"{words} of the altered fields", unit) for name, (words, unit) in TYPE.items()},
}
"""Measure -> what it is, and the unit of its values; "spreads" are normal deviations of the template."""


def measure(name: str) -> str:
    return WORDS[name][0] if name in WORDS else name.replace("_", " ")


def unit(name: str) -> str:
    return WORDS[name][1] if name in WORDS else ""


def strength(log10_ratio: float) -> str:
    """In words: for one workshop, or against it."""
    for least, words in SCALE:
        if log10_ratio >= least:
            return f"{words} for one workshop"
        if log10_ratio <= -least:
            return f"{words} against one workshop"
    return "no support for either"
