"""Set arithmetic on lists of spans. Results are merged: sorted, disjoint, not touching, never empty."""

from collections.abc import Iterable, Sequence

from calendars.span import Span

# Beyond any date that software can write, so that "no limit" needs no special case.
ALWAYS = Span(-(10**10), 10**10)


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Their union. Spans that end where they start (or earlier) hold no minute and vanish."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def intersect(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """The minutes that both have: what two calendars vouch for together, for instance."""
    ones, others = merge(left), merge(right)
    found: list[Span] = []
    i = j = 0
    while i < len(ones) and j < len(others):
        one, other = ones[i], others[j]
        found.append(Span(max(one.start, other.start), min(one.end, other.end)))
        if one.end <= other.end:
            i += 1
        else:
            j += 1
    return merge(found)


def subtract(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """The minutes of `left` that `right` does not have."""
    return intersect(left, _gaps(merge(right)))


def minutes(spans: Iterable[Span]) -> int:
    """How many minutes disjoint spans hold together."""
    return sum(span.end - span.start for span in spans)


def covers(spans: Sequence[Span], wanted: Span) -> bool:
    """Whether one of merged `spans` holds all of `wanted`."""
    return any(span.start <= wanted.start and wanted.end <= span.end for span in spans)


def _gaps(merged: Sequence[Span]) -> tuple[Span, ...]:
    edges = [ALWAYS.start, *(edge for span in merged for edge in span), ALWAYS.end]
    return tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True))
