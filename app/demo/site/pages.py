"""Acme's two pages."""

from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, render_template

FORM = "demo"


def create_site(scheduler_url: str) -> Flask:
    """The website; `scheduler_url` is where the company's scheduler answers, without a slash at the end."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(scheduler_url))
    app = Flask("app.demo.site", static_url_path="/static")
    app.jinja_env.globals.update(scheduler=scheduler_url, form=FORM)
    app.add_url_rule("/", "home", lambda: render_template("home.html"))
    app.add_url_rule("/contact", "contact", lambda: render_template("contact.html"))
    app.add_url_rule("/privacy", "privacy", lambda: render_template("privacy.html"))
    app.add_url_rule("/healthz", "health", lambda: jsonify(status="ok"))
    policy = (
        f"default-src 'none'; script-src 'self' {origin}; connect-src {origin}; style-src 'self'; img-src 'self'"
        f" data: {origin}; base-uri 'none'; form-action 'self' {origin}; frame-ancestors 'none'"
    )

    def protect(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = policy
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    app.after_request(protect)
    return app
