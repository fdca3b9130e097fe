"""The rooms of the application, and to whom each is open."""

from __future__ import annotations

from dataclasses import dataclass

from docscan.cases.accounts import Role

EXAMINERS = (Role.OFFICER, Role.REVIEWER)
REVIEWERS = (Role.REVIEWER,)
LEARNERS = (Role.TRAINEE, Role.TRAINER)
TRAINERS = (Role.TRAINER,)
OVERSEERS = (Role.REVIEWER, Role.ADMINISTRATOR)
ADMINISTRATORS = (Role.ADMINISTRATOR,)


@dataclass(frozen=True)
class Room:
    path: str
    name: str
    roles: tuple[Role, ...]


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated where it is shown."""
    return text


ROOMS = (
    Room("/", _("Checkpoint"), EXAMINERS),
    Room("/review", _("Review"), REVIEWERS),
    Room("/training", _("Training"), LEARNERS),
    Room("/overview", _("Overview"), OVERSEERS),
    Room("/series", _("Series"), REVIEWERS),
    Room("/accounts", _("Accounts"), ADMINISTRATORS),
    Room("/audit", _("Audit trail"), ADMINISTRATORS),
)
"""An administrator lets people in and sees that the trail is whole, but decides on no document and sees none."""


def open_to(role: Role) -> tuple[Room, ...]:
    return tuple(room for room in ROOMS if role in room.roles)


def first(role: Role) -> str:
    """Where an account of this role begins."""
    return open_to(role)[0].path
