"""Show the week that would come of hours for some kinds of meetings, before anything is changed."""

from app.configuration.own_hours import own_name
from app.db import db
from app.errors import Invalid
from app.faults import with_field
from app.usecases.open_week import OpenWeek, open_weeks
from app.usecases.plan_configuration import plan_configuration
from app.usecases.rep_in_use import rep_in_use
from app.usecases.set_meeting_hours import MeetingHours, patch_for


def preview_hours(rep_id: int, hours: MeetingHours) -> list[OpenWeek]:
    """The coming week of each meeting type they would hold for. Raises what `set_meeting_hours` would."""
    session = db.session()
    email = rep_in_use(session, rep_id).email
    try:
        plan_configuration(patch_for(session, rep_id, hours))
    except Invalid as error:
        raise with_field(error, f"schedules[{own_name(email, hours.label)}]") from None
    return [week for slug in hours.kinds for week in open_weeks(session, rep_id, hours.week, slug)]
