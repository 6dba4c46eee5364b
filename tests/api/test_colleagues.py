"""A colleague beside the rep is replaced, and gives their seat on, over the admin API."""

from datetime import datetime

from sqlalchemy import select

from app.actor import SYSTEM
from app.api.setup import register_admin_api
from app.db import db
from app.models import Booking
from app.scopes import Scope
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.create_api_key import create_api_key
from app.usecases.submit_request import submit_request
from tests.fixtures.company import ZONE, application_over, first_starts
from tests.fixtures.meeting_of_several import SECONDARY, several_document


def test_a_seat_is_given_to_somebody_by_name_and_skipped_by_whoever_has_it(fresh_database: str) -> None:
    pools = {"seniors": ["remy"], "juniors": ["jo", "jin"], "spare": ["sam"]}
    with application_over(fresh_database, several_document(pools, [SECONDARY])) as app:
        register_admin_api(app)
        made = submit_request("demo", Submission({"email": "priya@globex.test"}, ZONE, "en"))
        start = datetime.fromisoformat(first_starts(made)[3])
        booking = book_meeting(made["request"]["id"], BookingOrder(start))
        client = app.test_client()
        key = create_api_key("tests", (Scope.BOOKINGS_WRITE,), SYSTEM)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.secret}"
        address = f"/api/v1/admin/bookings/{booking}"

        def colleague() -> str:
            db.session.rollback()
            row = db.session.scalars(select(Booking).where(Booking.public_id == booking)).one()
            [party] = row.parties
            return party.rep.email

        first = colleague()
        body = {"colleague": first, "rep": "sam@acme.test", "reason": "ill"}
        assert client.post(f"{address}/reassign", json=body).status_code == 200
        assert colleague() == "sam@acme.test"
        assert client.post(f"{address}/reassign", json=body).status_code == 404, "they take no part any more"
        skipped = client.post(f"{address}/skip", json={"rep": "sam@acme.test", "reason": "not mine"})
        assert skipped.status_code == 200
        assert colleague() not in {first, "sam@acme.test"}, "who had the seat is passed over"
