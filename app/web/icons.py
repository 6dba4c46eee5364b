"""Icons drawn for the purpose: 20 px, 1.5 px strokes, in the color of the text they stand in."""

from markupsafe import Markup

_PATHS = {
    "today": '<path d="M3.5 10a6.5 6.5 0 1 0 13 0 6.5 6.5 0 0 0-13 0Z"/><path d="M10 6.5V10l2.3 1.6"/>',
    "lead": '<circle cx="10" cy="7" r="3"/><path d="M4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5"/>',
    "meeting": (
        '<rect x="3.5" y="4.5" width="13" height="12" rx="2"/>'
        '<path d="M3.5 8.5h13M7 3v3M13 3v3M7.5 12.2l1.8 1.8 3.2-3.2"/>'
    ),
    "router": (
        '<circle cx="4.5" cy="10" r="1.5"/><circle cx="15.5" cy="5" r="1.5"/>'
        '<circle cx="15.5" cy="15" r="1.5"/>'
        '<path d="M6 10h2.5c2 0 2-5 4-5H14M8.5 10c2 0 2 5 4 5H14"/>'
    ),
    "pool": (
        '<circle cx="7" cy="7.5" r="2.5"/>'
        '<path d="M2.5 15.5c.4-2.6 2.1-3.8 4.5-3.8s4.1 1.2 4.5 3.8M12.5 5.3a2.4 2.4 0 0 1 0 4.4M14 '
        '12c1.9.4 3.1 1.6 3.5 3.5"/>'
    ),
    "territory": (
        '<path d="M10 17s5-4.3 5-8.5a5 5 0 0 0-10 0C5 12.7 10 17 10 17Z"/><circle cx="10" cy="8.5" r="1.7"/>'
    ),
    "facts": '<path d="M4 16V11M8 16V6.5M12 16V9M16 16V4"/><path d="M3 16.5h14"/>',
    "queue": '<path d="M3.5 11.5 5.5 4.5h9l2 7v4h-13v-4Z"/><path d="M3.5 11.5H7l1 2h4l1-2h3.5"/>',
    "rep": (
        '<rect x="3.5" y="3.5" width="13" height="13" rx="2.5"/><circle cx="10" cy="8.5" r="2"/>'
        '<path d="M6.5 14c.5-1.7 1.8-2.5 3.5-2.5s3 .8 3.5 2.5"/>'
    ),
    "schedule": '<rect x="3.5" y="4" width="13" height="12" rx="2"/><path d="M3.5 8h13M7.8 8v8M12.2 8v8"/>',
    "form": '<rect x="4" y="3.5" width="12" height="13" rx="2"/><path d="M7 7.5h6M7 10.5h6M7 13.5h3"/>',
    "kind": '<rect x="2.5" y="6" width="10" height="8" rx="2"/><path d="m12.5 9 5-2.5v7l-5-2.5"/>',
    "calendar": '<rect x="3.5" y="4.5" width="13" height="12" rx="2"/><path d="M3.5 8.5h13M7 3v3M13 3v3"/>',
    "settings": (
        '<path d="M3.5 6h7M14.5 6h2M3.5 14h2M9.5 14h7"/><circle cx="12.5" cy="6" r="2"/>'
        '<circle cx="7.5" cy="14" r="2"/>'
    ),
    "away": (
        '<path d="M10 3.5v2M10 14.5v2M3.5 10h2M14.5 10h2M5.4 5.4l1.4 1.4M13.2 13.2l1.4 1.4M14.6 '
        '5.4l-1.4 1.4M6.8 13.2l-1.4 1.4"/><circle cx="10" cy="10" r="2.7"/>'
    ),
    "history": '<path d="M4 5.5V9h3.5"/><path d="M4.3 9a6 6 0 1 1-.1 2.5"/><path d="M10 7v3.3l2.3 1.4"/>',
    "split": ('<path d="M10 16.5V11L5 6M10 11l5-5"/><path d="M4.5 9V5.5H8M12 5.5h3.5V9"/>'),
    "report": '<path d="M3.5 16.5h13M5.5 13.5v-4M10 13.5v-9M14.5 13.5v-6"/>',
    "menu": '<path d="M3.5 6h13M3.5 10h13M3.5 14h13"/>',
    "close": '<path d="m5 5 10 10M15 5 5 15"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "check": '<path d="m4.5 10.5 3.5 3.5 7.5-8"/>',
    "alert": '<path d="M10 3.5 17.5 16.5h-15L10 3.5Z"/><path d="M10 8.5v3.5M10 14.2v.1"/>',
    "info": '<circle cx="10" cy="10" r="6.5"/><path d="M10 9.5v4M10 6.7v.1"/>',
    "right": '<path d="m8 5 5 5-5 5"/>',
    "left": '<path d="m12 5-5 5 5 5"/>',
    "search": '<circle cx="9" cy="9" r="5"/><path d="m13 13 3.5 3.5"/>',
    "external": '<path d="M11.5 4h4.5v4.5M16 4l-7 7M8 5H5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3"/>',
    "copy": (
        '<rect x="7" y="7" width="9" height="9" rx="1.5"/>'
        '<path d="M13 7V5.5A1.5 1.5 0 0 0 11.5 4h-6A1.5 1.5 0 0 0 4 5.5v6A1.5 1.5 0 0 0 5.5 13H7"/>'
    ),
    "leave": '<path d="M8 4H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3M12 6.5 15.5 10 12 13.5M15.5 10H8"/>',
    "undo": '<path d="M7 5 3.5 8.5 7 12"/><path d="M3.5 8.5H12a4.2 4.2 0 0 1 0 8.4H9"/>',
    "key": '<circle cx="7" cy="10" r="3.2"/><path d="M10.2 10H17v3M14 10v2"/>',
    "try": (
        '<path d="M7.5 3.5h5M8.5 3.5V8l-4.3 7a1 1 0 0 0 .9 1.5h9.8a1 1 0 0 0 .9-1.5L11.5 8V3.5M6.5 12.5h7"/>'
    ),
    "up": '<path d="m5 12 5-5 5 5"/>',
    "down": '<path d="m5 8 5 5 5-5"/>',
}


def icon(name: str, title: str | None = None) -> Markup:
    """An inline picture; decorative unless it has a `title`. Raises KeyError for a name that is not drawn."""
    head = Markup('role="img" aria-label="{}"').format(title) if title else Markup('aria-hidden="true"')
    return Markup(  # noqa: S704 - drawings of ours; the title was escaped above
        f'<svg class="icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor"'
        f' stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" {head}>{_PATHS[name]}</svg>'
    )
