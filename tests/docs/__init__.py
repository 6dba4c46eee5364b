"""The documentation says what is true: its links, commands, samples and tables are held against the product."""
