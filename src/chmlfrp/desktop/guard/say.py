"""What is said of a visitor, to the eye and to the ear."""

import time

from chmlfrp.desktop.design.tokens import Tone
from chmlfrp.desktop.guard.person import Person, refusals
from chmlfrp.desktop.text import size, span, t
from chmlfrp.model.guard import Rule
from chmlfrp.words.guard import word_rule


def said(person: Person, now: float) -> str:
    """Return the whole row as a screen reader says it."""
    view = person.view
    found = stands(person, now)
    parts = (view.address, view.country, person.called, found[0] if found else "")
    return ", ".join([*filter(None, parts), did(person)])


def did(person: Person) -> str:
    """Return in a line what somebody did so far."""
    view = person.view
    if not view.first:
        return t("guard.never_came")
    said = [
        t("guard.since", first=_moment(view.first)),
        t("guard.visits", n=view.connections),
        t("guard.bytes", came=size(view.bytes_in), went=size(view.bytes_out)),
    ]
    for rule, count in refusals(person).items():
        said.append(t("guard.refused_by", n=count, rule=word_rule(rule)))
        break
    return " · ".join(said)


def stands(person: Person, now: float) -> tuple[str, Tone] | None:
    """Return how somebody stands, None if there is nothing to say."""
    if person.turned is not None and person.turned.until > now:
        is_ban = person.turned.rule is Rule.BANNED
        left = span(person.turned.until - now)
        return t("guard.banned" if is_ban else "guard.blocked", left=left), Tone.BAD
    if person.view.open:
        return t("guard.inside", n=person.view.open), Tone.GOOD
    if person.has_pass is not None and person.has_pass.until > now:
        return t("guard.has_pass", left=span(person.has_pass.until - now)), Tone.ACCENT
    if person.refused:
        return t("guard.refused", n=person.refused), Tone.IDLE
    return None


def _moment(at: float) -> str:
    """Return the time of today, else the day."""
    then, now = time.localtime(at), time.localtime()
    is_today = then[:3] == now[:3]
    return time.strftime("%H:%M" if is_today else "%m-%d %H:%M", then)
