"""Countries to choose from, by name. The table is read on first use: the library takes its time to load."""

from functools import cache


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Pairs of ISO code and English name, by name."""
    import pycountry

    found = ((each.alpha_2, getattr(each, "common_name", each.name)) for each in pycountry.countries)
    return tuple(sorted(found, key=lambda pair: pair[1]))
