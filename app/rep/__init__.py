"""A rep's own pages: their day, their calendars, their hours and time off, their assignment history."""
