"""The Google stand-in refuses what Google refuses, and shows a person what it holds."""
