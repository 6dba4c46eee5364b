"""The routing library, tested as values in and values out."""
