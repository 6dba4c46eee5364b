"""The blueprint of a rep's own pages, which its page modules add their routes to."""

from flask import Blueprint

rep = Blueprint("rep", __name__, url_prefix="/app", template_folder="templates")
