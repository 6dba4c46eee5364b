"""The demo and its stand-ins."""
