"""The demo: a seeded company, and stand-ins for the services that a real one would use."""
