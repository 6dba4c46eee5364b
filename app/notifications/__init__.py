"""Telling people: mails composed from facts, plain and HTML with the same care, sent by SMTP."""
