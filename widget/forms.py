"""A form as the widget is shown it."""

from typing import Any

from app.colors import DEFAULT_ACCENT
from app.store.company import CompanyView, FormView


def describe_form(form: FormView, company: CompanyView) -> dict[str, Any]:
    """The answer of `GET /forms/{form}`."""
    meeting_type, branding = form.meeting_type, form.branding
    notice = form.privacy_notice
    return {
        "slug": form.slug,
        "company": {"name": company.name},
        "branding": {
            "accent": branding.get("accent") or DEFAULT_ACCENT,
            "logo_url": branding.get("logo_url"),
            "theme": branding.get("theme") or "auto",
        },
        "meeting_type": {
            "slug": meeting_type.slug,
            "name": meeting_type.name,
            "description": meeting_type.description,
            "minutes": meeting_type.shape.minutes,
            "lengths": sorted((meeting_type.shape.minutes, *meeting_type.other_minutes)),
            "location": meeting_type.location,
            "seats": meeting_type.seats,
        },
        "fields": [
            {
                "name": field.name,
                "type": field.type,
                "label": field.label,
                "help": field.help,
                "placeholder": field.placeholder,
                "required": field.required,
                "autocomplete": field.autocomplete,
                "choices": [
                    {
                        "value": str(choice["value"]),
                        "label": choice.get("label") or {"en": str(choice["value"])},
                    }
                    for choice in field.choices
                ],
            }
            for field in form.fields
        ],
        "privacy_notice": {"text": notice.get("text", {}), "url": notice.get("url")} if notice else None,
        "strings": form.strings,
        "version": str(company.revision),
    }
