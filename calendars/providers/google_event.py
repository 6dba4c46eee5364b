"""Our drafts as Google's events, and Google's events as what we keep of them."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from calendars.providers.base import EventDraft, Reply, WrittenEvent
from calendars.providers.google_busy import BOOKING, DRAFT, GUESTS, KEY, event_kind

Resource = dict[str, Any]

# A private property holds so many characters
_PROPERTY_LENGTH = 1024


def event_id_of(key: str) -> str:
    """The event id that a draft's key stands for: base32hex in lower case, as Google's alphabet demands."""
    return base64.b32hexencode(hashlib.sha256(key.encode()).digest()).decode().rstrip("=").lower()


def new_event(draft: EventDraft) -> Resource:
    """The body of an insert."""
    return {
        "id": event_id_of(draft.key),
        **_facts(draft),
        "attendees": [_attendee(guest.email, guest.name) for guest in draft.guests],
        "guestsCanModify": False,
    }


def changed_event(draft: EventDraft, existing: Resource) -> Resource:
    """The body of a patch that brings `existing` to the draft.

    Arrays are replaced whole, so the attendees that others added, and the answers already given, go along; only
    guests that we ourselves put there and who are no longer in the draft are left out.
    """
    wanted = {guest.email.lower(): guest for guest in draft.guests}
    ours = _our_guests(existing)
    kept = [
        each
        for each in existing.get("attendees", ())
        if each["email"].lower() in wanted or each["email"].lower() not in ours
    ]
    present = {each["email"].lower() for each in kept}
    added = [_attendee(guest.email, guest.name) for email, guest in wanted.items() if email not in present]
    body = {**_facts(draft), "status": "confirmed", "attendees": kept + added}
    if "conferenceData" in existing:
        body.pop("conferenceData", None)
    return body


def is_ours(event: Resource, draft: EventDraft) -> bool:
    """Whether the event carries our marker for this draft's key."""
    return bool(_private(event).get(KEY) == draft.key)


def is_up_to_date(event: Resource, draft: EventDraft) -> bool:
    """Whether this very draft was the last that we wrote to the event, which is alive.

    What a person changed since is theirs: a write that is repeated must not undo it.
    """
    return event.get("status") != "cancelled" and _private(event).get(DRAFT) == _fingerprint(draft)


def concerns_guests(event: Resource, draft: EventDraft) -> bool:
    """Whether bringing the event to the draft changes what its guests have to know: when it is, and who is asked."""
    present = {each["email"].lower() for each in event.get("attendees", ())}
    wanted = {guest.email.lower() for guest in draft.guests}
    times = (_instant(event, "start"), _instant(event, "end"))
    is_alive = event.get("status") != "cancelled"
    # strangers leave a session one by one, and nothing else tells their calendars
    has_left = draft.hides_guests and bool(present & _our_guests(event) - wanted)
    return not is_alive or times != (draft.start, draft.end) or not wanted <= present or has_left


def written_event(event: Resource) -> WrittenEvent:
    """What we keep of an answer. Raises KeyError when it is no event."""
    conference = event.get("conferenceData", {})
    videos = [
        each["uri"] for each in conference.get("entryPoints", ()) if each.get("entryPointType") == "video"
    ]
    status = conference.get("createRequest", {}).get("status", {}).get("statusCode")
    join_url = next(iter(videos), None) or event.get("hangoutLink")
    return WrittenEvent(
        event_id=event["id"],
        etag=event.get("etag"),
        ical_uid=event.get("iCalUID"),
        join_url=join_url,
        join_pending=join_url is None and status == "pending",
        html_link=event.get("htmlLink"),
        start=_instant(event, "start"),
        end=_instant(event, "end"),
        holds_time=event_kind(event) is not None,
        replies=_replies(event),
    )


def _instant(event: Resource, name: str) -> datetime | None:
    """None for a whole day, which no meeting of ours is unless somebody made it one."""
    text = event.get(name, {}).get("dateTime")
    return datetime.fromisoformat(text) if text else None


def _replies(event: Resource) -> dict[str, Reply]:
    return {
        each["email"].lower(): Reply(each["responseStatus"])
        for each in event.get("attendees", ())
        if each.get("responseStatus") in set(Reply) and not each.get("self")
    }


def _facts(draft: EventDraft) -> Resource:
    """Everything but the id and the guests."""
    facts: Resource = {
        "summary": draft.title,
        "description": draft.description,
        "location": draft.location,
        "start": _moment(draft, "start"),
        "end": _moment(draft, "end"),
        "extendedProperties": {
            "private": {
                BOOKING: draft.booking,
                KEY: draft.key,
                DRAFT: _fingerprint(draft),
                **_guest_lists(draft),
            }
        },
    }
    if draft.hides_guests:
        facts |= {"guestsCanSeeOtherGuests": False, "guestsCanInviteOthers": False}
    if draft.wants_video:
        wish = {"requestId": event_id_of(draft.key), "conferenceSolutionKey": {"type": "hangoutsMeet"}}
        facts["conferenceData"] = {"createRequest": wish}
    return facts


def _moment(draft: EventDraft, name: str) -> Resource:
    instant = draft.start if name == "start" else draft.end
    return {"dateTime": instant.astimezone(ZoneInfo(draft.timezone)).isoformat(), "timeZone": draft.timezone}


def _attendee(email: str, name: str | None) -> Resource:
    return {"email": email} | ({"displayName": name} if name else {})


def _guest_lists(draft: EventDraft) -> dict[str, str]:
    """Our guests by address, so that they can be taken off again: in as many properties as it takes."""
    lists = [""]
    for guest in draft.guests:
        longer = f"{lists[-1]},{guest.email.lower()}".lstrip(",")
        if len(longer) <= _PROPERTY_LENGTH:
            lists[-1] = longer
        else:
            lists.append(guest.email.lower())
    return {GUESTS + (str(number) if number > 1 else ""): each for number, each in enumerate(lists, start=1)}


def _our_guests(event: Resource) -> set[str]:
    """Those whom we put there, by address."""
    lists = (value for name, value in _private(event).items() if name.startswith(GUESTS))
    return {email for each in lists for email in each.split(",")}


def _fingerprint(draft: EventDraft) -> str:
    parts = (
        draft.title,
        draft.description,
        draft.start.astimezone(UTC).isoformat(),
        draft.end.astimezone(UTC).isoformat(),
        draft.timezone,
        draft.location or "",
        str(draft.wants_video),
        *sorted(guest.email.lower() for guest in draft.guests),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _private(event: Resource) -> dict[str, str]:
    held: dict[str, str] = event.get("extendedProperties", {}).get("private", {})
    return held
