"""When they can meet: availability arithmetic, iCalendar in and out, and clients of calendar services."""
