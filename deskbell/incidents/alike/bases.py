"""What components stand on: the parts below them whose failure would explain theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from deskbell.monitoring.models import Component

DEEPEST = 5


def bases_of(components: Iterable[int]) -> dict[int, dict[int, int]]:
    """Of each component, by its key: itself and all that it stands on, with how many steps below. A query
    a step."""
    found = {key: {key: 0} for key in components}
    edges: dict[int, set[int]] = {}
    step = set(found)
    for _ in range(DEEPEST):
        links = Component.depends_on.through.objects.filter(from_component__in=step)
        pairs = list(links.values_list("from_component_id", "to_component_id"))
        for above, below in pairs:
            edges.setdefault(above, set()).add(below)
        step = {below for _, below in pairs} - edges.keys()
        if not step:
            break
    for own in found.values():
        edge = set(own)
        for depth in range(1, DEEPEST + 1):
            edge = {below for above in edge for below in edges.get(above, ())} - own.keys()
            own.update(dict.fromkeys(edge, depth))
    return found


def common_base(bases: Mapping[int, Mapping[int, int]], of: Iterable[int]) -> int | None:
    """The component that explains most of those in `of` (with repeats); of several, the nearest."""
    most: Counter[int] = Counter()
    steps: Counter[int] = Counter()
    for component in of:
        for base, depth in bases[component].items():
            most[base] += 1
            steps[base] += depth
    return min(most, key=lambda base: (-most[base], steps[base], base), default=None)
