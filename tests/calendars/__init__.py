"""Tests of availability arithmetic and of iCalendar in and out."""
