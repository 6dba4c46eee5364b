"""Every calendar provider keeps the same promises, against servers that really listen."""
