"""The configuration document: models, YAML, patches, differences."""
