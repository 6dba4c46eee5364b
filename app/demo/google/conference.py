"""Meet links: asked for with the event, made a little later."""

import hashlib

from flask import request

from app.demo.google.errors import Refused
from app.demo.google.world import Resource

_SOLUTION = {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"}


def request_conference(event: Resource, body: Resource, version: str) -> None:
    """Act on a createRequest in `body`; without conferenceDataVersion=1 it is ignored silently."""
    if version not in {"0", "1"}:
        raise Refused(400, "invalidParameter", "Invalid value", "conferenceDataVersion")
    data = body.get("conferenceData") or {}
    wish = data.get("createRequest")
    if version == "0" or not wish:
        return
    held = event.get("conferenceData", {}).get("createRequest", {})
    if held.get("requestId") == wish.get("requestId"):
        return
    if wish.get("conferenceSolutionKey", {}).get("type") != "hangoutsMeet" or not wish.get("requestId"):
        raise Refused(400, "invalid", "Invalid conference type value.", "conferenceData")
    event["conferenceData"] = {
        "createRequest": {
            "requestId": wish["requestId"],
            "conferenceSolutionKey": {"type": "hangoutsMeet"},
            "status": {"statusCode": "pending"},
        }
    }
    event["_meet_in"] = 1


def settle_conference(event: Resource) -> None:
    """One look at the event passed: a link that was asked for before it is there now."""
    data = event.get("conferenceData")
    if not data or data["createRequest"]["status"]["statusCode"] != "pending":
        return
    event["_meet_in"] -= 1
    if event["_meet_in"] <= 0:
        link = meet_link(event)
        data["createRequest"]["status"]["statusCode"] = "success"
        data |= {
            "conferenceSolution": _SOLUTION,
            "conferenceId": link.rsplit("/", 1)[1],
            "entryPoints": [{"entryPointType": "video", "uri": link, "label": link.split("//")[1]}],
        }
        event["hangoutLink"] = link


def meet_link(event: Resource) -> str:
    """The address of the event's room. It leads to a page of this stand-in, never to a stranger's meeting."""
    data = event["conferenceData"]["createRequest"]["requestId"]
    letters = "".join(chr(ord("a") + byte % 26) for byte in hashlib.sha256(data.encode()).digest()[:10])
    return f"{request.host_url}meet/{letters[:3]}-{letters[3:7]}-{letters[7:]}"
