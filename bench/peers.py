"""The product with two peers beside it, behind one server: what an empty answer costs, and what one query costs.

The peers are a bare Flask application: no sessions, headers, logs or checks of ours. They use the product's engine.
"""

from flask import Flask, Response, jsonify
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app.cli.serve import create_public_app
from app.db import db
from app.models import Request

PREFIX = "/bench"


def create_app() -> Flask:
    """The public application, with the peers under `/bench`; for the server to load."""
    app = create_public_app()
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {PREFIX: _peers(app)})  # type: ignore[method-assign]
    return app


def _peers(product: Flask) -> Flask:
    peers = Flask("peers", static_folder=None)
    with product.app_context():
        engine = db.engine

    @peers.get("/null")
    def null() -> Response:
        return jsonify({})

    @peers.get("/one-query/<public_id>")
    def one_query(public_id: str) -> Response:
        with Session(engine) as session:
            row = session.execute(
                select(Request.id, Request.timezone, Request.created_at).where(Request.public_id == public_id)
            ).one()
        return jsonify({"id": row.id, "timezone": row.timezone, "at": row.created_at.isoformat()})

    return peers
