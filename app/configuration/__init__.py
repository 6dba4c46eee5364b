"""The configuration as one validated document: its models, its YAML, its JSON Schema, and what differs between two.

Pure: knows neither the database nor the web. Use cases read rows as plain items (`app.store.configuration`), merge
a patch, check the whole, and write back what differs.
"""
