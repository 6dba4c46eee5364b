"""Forms: what the widget asks, where it may stand, and the snippet that puts it there."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template

from app.admin.blueprint import admin
from app.admin.items import Editor, Form
from app.colors import DEFAULT_ACCENT
from app.configuration.document import Plain
from app.configuration.forms import FieldType
from app.configuration.text import read_yaml, write_yaml
from app.db import db
from app.errors import Malformed
from app.store import configuration as store
from app.store.pages.setup import count_requests_by_form
from app.web import typed
from app.web.policy import Policy, policy

SPARE_ROWS = 2

_FIELDS: list[Plain] = [
    {"name": "name", "type": "text", "label": {"en": "Your name"}, "required": True, "autocomplete": "name"},
    {
        "name": "email",
        "type": "email",
        "label": {"en": "Work e-mail"},
        "required": True,
        "autocomplete": "email",
    },
    {"name": "company", "type": "text", "label": {"en": "Company"}, "autocomplete": "organization"},
    {"name": "country", "type": "country", "label": {"en": "Country"}, "required": True},
]
_BLANK: Plain = {
    "slug": "",
    "router": "",
    "meeting_type": "",
    "origins": [],
    "shows_rep": False,
    "branding": {"accent": DEFAULT_ACCENT, "logo_url": None, "theme": "auto"},
    "privacy_notice": None,
    "strings": {},
    "messages": {},
    "fields": _FIELDS,
}


@admin.get("/forms")
@policy(Policy.MANAGER)
def forms() -> str:
    """Every form, and how many requests it brought."""
    session = db.session()
    return render_template(
        "admin/forms.html",
        items=store.read_collection(session, "forms"),
        counts=count_requests_by_form(session),
    )


def snippet(slug: str) -> str:
    """What to paste into a page."""
    base = current_app.extensions["settings"].public_base_url
    return (
        f'<script src="{base}/widget.js" async></script>\n<smart-scheduler form="{slug}"></smart-scheduler>'
    )


def _read(form: Form, stood: Plain) -> Plain:
    kept = {each["name"]: each for each in stood.get("fields", [])}
    branding = typed.present(
        accent=typed.text(form, "branding.accent"),
        logo_url=typed.text(form, "branding.logo_url"),
        theme=form.get("branding.theme", "auto"),
    )
    return typed.present(
        slug=stood.get("slug") or form.get("slug", "").strip(),
        router=form.get("router", ""),
        meeting_type=form.get("meeting_type", ""),
        origins=typed.words(form, "origins"),
        shows_rep=typed.switch(form, "shows_rep"),
        branding=branding,
        privacy_notice=_notice(form, stood),
        strings=stood.get("strings", {}),
        messages=_messages(form, stood),
        fields=_questions(form, kept),
    )


def _notice(form: Form, stood: Plain) -> Plain | None:
    words = typed.text(form, "privacy_notice.text")
    if words is None:
        return None
    texts = {**((stood.get("privacy_notice") or {}).get("text") or {}), "en": words}
    return typed.present(text=texts, url=typed.text(form, "privacy_notice.url"))


def _messages(form: Form, stood: Plain) -> Any:
    written = form.get("messages", "")
    try:
        return read_yaml(written) if written.strip() else {}
    except Malformed:
        return written


def _questions(form: Form, kept: Mapping[str, Plain]) -> list[Plain]:
    rows = [_question(form, f"fields-{row}-", kept) for row in typed.numbered(form, "fields")]
    present = [(position, question) for position, question in rows if question]
    return [question for _, question in sorted(present, key=lambda pair: pair[0])]


def _question(form: Form, row: str, kept: Mapping[str, Plain]) -> tuple[float, Plain | None]:
    name = form.get(f"{row}name", "").strip()
    if not name:
        return 0, None
    before = kept.get(form.get(f"{row}was", ""), {})
    label = {**before.get("label", {}), "en": form.get(f"{row}label", "").strip()}
    question = {
        **before,
        "name": name,
        "type": form.get(f"{row}type", "text"),
        "label": {language: words for language, words in label.items() if words},
        "required": typed.switch(form, f"{row}required"),
        "choices": _choices(form.get(f"{row}choices", ""), before.get("choices", [])),
    }
    return _position(form.get(f"{row}position", "")), question


def _position(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        return 1e6


def _choices(written: str, before: list[Any]) -> list[Any]:
    """One choice between commas, `value` or `value = Label`; other languages of a kept value stay."""
    known = {each["value"]: each.get("label", {}) for each in before if isinstance(each, dict)}
    found: list[Any] = []
    for part in written.split(","):
        value, _, label = (piece.strip() for piece in part.partition("="))
        if value:
            labels = {**known.get(value, {}), **({"en": label} if label else {})}
            found.append({"value": value, "label": labels} if labels else value)
    return found


def choices_text(choices: list[Any]) -> str:
    """The choices of a question as they are typed."""
    parts = []
    for each in choices:
        value = each if isinstance(each, str) else each["value"]
        label = value if isinstance(each, str) else each.get("label", {}).get("en", value)
        parts.append(value if label == value else f"{value} = {label}")
    return ", ".join(parts)


def _extra(key: str | None) -> Mapping[str, Any]:
    session = db.session()
    return {
        "routers": sorted(store.read_collection(session, "routers")),
        "kinds": sorted(store.read_collection(session, "meeting_types")),
        "types": [(each.value, each.value.capitalize()) for each in FieldType],
        "spare": SPARE_ROWS,
        "snippet": snippet(key) if key else None,
        "choices_text": choices_text,
        "messages_text": lambda messages: (
            messages if isinstance(messages, str) else write_yaml(messages).strip() if messages else ""
        ),
    }


Editor("forms", "form", "form", "forms", "forms", _BLANK, _read, _extra).register()
