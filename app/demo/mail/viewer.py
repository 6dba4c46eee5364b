"""The page that shows the mail, and the JSON that checks ask for."""

from datetime import datetime
from typing import Any

from flask import Flask, Response, abort, current_app, jsonify, render_template, request
from jinja2 import ChoiceLoader, PackageLoader
from markupsafe import Markup

from app.demo.mail.invitation import find_invitation
from app.demo.mail.mailbox import Letter, Mailbox
from app.demo.mail.parts import Attachment, list_attachments, read_html, read_text, with_links

# The frame of a mail's HTML: no scripts, no forms, nothing fetched; links open a tab of their own.
_FRAME = "sandbox allow-popups allow-popups-to-escape-sandbox"
_FRAME_CSP = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; {_FRAME}"
_PAGE_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-src 'self';"
    " img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def create_viewer(mailbox: Mailbox) -> Flask:
    """The web application over one mailbox."""
    app = Flask(__name__, static_folder=None)
    # The frame of the page is that of the stand-ins
    app.jinja_env.loader = ChoiceLoader([PackageLoader("app.demo.mail"), PackageLoader("app.demo.stand_in")])
    app.jinja_env.globals["service"] = "Mail"
    app.jinja_env.filters["in_words"] = _in_words
    app.extensions["mailbox"] = mailbox
    for rule, view in _ROUTES.items():
        methods = ["DELETE"] if view is _clear else ["GET"]
        app.add_url_rule(rule, view.__name__, view, methods=methods)
    app.after_request(_protect)
    return app


def _mailbox() -> Mailbox:
    mailbox: Mailbox = current_app.extensions["mailbox"]
    return mailbox


def _letter(name: str) -> Letter:
    return _mailbox().find(name) or abort(404)


def _index() -> str:
    to = request.args.get("to", "")
    letters = _mailbox().list(to=to)
    everybody = sorted({address for letter in _mailbox().list() for address in letter.recipients})
    rows = [(letter, find_invitation(letter.message)) for letter in letters]
    return render_template("inbox.html", rows=rows, to=to, everybody=everybody)


def _show(name: str) -> str:
    letter = _letter(name)
    return render_template(
        "letter.html",
        letter=letter,
        has_html=read_html(letter.message) is not None,
        text=Markup(with_links(read_text(letter.message))),  # noqa: S704 - escaped there
        invitation=find_invitation(letter.message),
        attachments=list_attachments(letter.message),
    )


def _html(name: str) -> Response:
    html = read_html(_letter(name).message)
    if html is None:
        abort(404)
    answer = Response(f'<base target="_blank">{html}', mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _FRAME_CSP
    return answer


def _source(name: str) -> Response:
    return Response(_mailbox().raw(name) or abort(404), mimetype="text/plain")


def _attachment(name: str, number: int) -> Response:
    found = [one for one in list_attachments(_letter(name).message) if one.number == number]
    if not found:
        abort(404)
    answer = Response(found[0].content, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=found[0].filename)
    return answer


def _script() -> Response:
    return Response(_RELOAD, mimetype="text/javascript")


def _list_json() -> Response:
    letters = _mailbox().list(to=request.args.get("to", ""), after=request.args.get("after", ""))
    return jsonify(messages=[_to_json(letter) for letter in letters])


def _show_json(name: str) -> Response:
    letter = _letter(name)
    return jsonify(**_to_json(letter), html=read_html(letter.message))


def _in_words(moment: str) -> str:
    """Write an ISO date or instant as the calendar says it."""
    when = datetime.fromisoformat(moment)
    return when.strftime("%a %d %b %Y") if "T" not in moment else when.strftime("%a %d %b %Y, %H:%M")


def _clear() -> Response:
    return jsonify(removed=_mailbox().clear())


def _health() -> Response:
    return jsonify(status="ok")


def _to_json(letter: Letter) -> dict[str, Any]:
    invitation = find_invitation(letter.message)
    name, address = letter.sender
    return {
        "id": letter.id,
        "received_at": letter.received_at.isoformat(),
        "from": {"name": name, "email": address},
        "to": list(letter.recipients),
        "subject": letter.subject,
        "text": read_text(letter.message),
        "invitation": invitation.to_json() if invitation else None,
        "attachments": [_attachment_json(one) for one in list_attachments(letter.message)],
    }


def _attachment_json(one: Attachment) -> dict[str, Any]:
    return {"filename": one.filename, "type": one.type, "bytes": len(one.content), "number": one.number}


def _protect(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", _PAGE_CSP)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


_ROUTES: dict[str, Any] = {
    "/": _index,
    "/m/<name>": _show,
    "/m/<name>/html": _html,
    "/m/<name>/source": _source,
    "/m/<name>/attachments/<int:number>": _attachment,
    "/new.js": _script,
    "/api/messages": _list_json,
    "/api/messages/<name>": _show_json,
    "/api/messages/all": _clear,
    "/healthz": _health,
}

# Reload the list when something came, but never under the fingers of somebody who is choosing.
_RELOAD = """\
const list = document.querySelector('[data-newest]');
setInterval(async () => {
  if (document.hidden || list.contains(document.activeElement)) return;
  const query = new URLSearchParams({ after: list.dataset.newest, to: list.dataset.to });
  const { messages } = await (await fetch(`/api/messages?${query}`)).json();
  if (messages.length) location.reload();
}, 3000);
for (const time of document.querySelectorAll('time')) {
  const when = new Date(time.dateTime);
  time.title = when.toLocaleString();
  time.textContent = when.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}
"""
