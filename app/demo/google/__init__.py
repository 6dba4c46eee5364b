"""A stand-in for Google's sign-in and Calendar v3: strict where the real ones are, and it knows nothing of ours."""

from app.demo.google.application import create_google

__all__ = ["create_google"]
