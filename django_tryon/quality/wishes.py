"""What the shop wants of each check: what becomes of its findings, and its threshold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django_tryon.quality.finding import Check

OF_PHOTOS = ("warn", "refuse", "ignore")
"""What may become of a finding before paying: it is told, or such a photo is not taken, or the
check is left out."""
OF_RESULTS = ("warn", "hold", "retry", "ignore")
"""What may become of one after paying: it is told; or nobody approves or publishes it among many;
or, besides, it is drawn once more with another seed; or the check is left out."""


def actions_of(check: Check[Any]) -> tuple[str, ...]:
    """Return the actions that a check may have."""
    return OF_PHOTOS if check.is_before else OF_RESULTS


def action_of(check: Check[Any], given: Mapping[str, Any]) -> str:
    """Return what becomes of a check's findings."""
    return str(given.get(check.name, {}).get("action", "warn"))


def is_wanted(check: Check[Any], given: Mapping[str, Any]) -> bool:
    """Tell whether a check is to look at all."""
    return action_of(check, given) != "ignore"


def threshold(check: Check[Any], given: Mapping[str, Any]) -> float:
    """Return the shop's threshold, or else the check's own."""
    return float(given.get(check.name, {}).get("at", check.at))


def faults(checks: Mapping[str, Check[Any]], given: object) -> Iterator[str]:
    """Yield what is wrong about ``TRYON["QUALITY"]``, as ends of a sentence."""
    if not isinstance(given, Mapping):
        return  # of a wrong type, another check tells
    for name, wish in given.items():
        if name not in checks:
            yield f"['{name}'] is no check; there are: {', '.join(checks)}"
        elif not isinstance(wish, Mapping):
            yield f"['{name}'] is {wish!r}; write {{'action': 'warn', 'at': {checks[name].at}}}"
        else:
            yield from _faults_of(checks[name], wish)


def _faults_of(check: Check[Any], wish: Mapping[str, Any]) -> Iterator[str]:
    low, high = check.bounds
    actions = actions_of(check)
    for key, value in wish.items():
        if key == "action" and value not in actions:
            yield f"['{check.name}']['action'] is {value!r}; choose of: {', '.join(actions)}"
        elif key == "at":
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if low == high:
                yield f"['{check.name}'] has no threshold to set"
            elif not (is_number and low <= value <= high):
                yield f"['{check.name}']['at'] is {value!r}; choose from {low} to {high}"
        elif key != "action":
            yield f"['{check.name}'] has “{key}”; there are: action, at"
