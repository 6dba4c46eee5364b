"""The prospect's card in a real browser: on a company's page of another origin, under a strict policy."""
