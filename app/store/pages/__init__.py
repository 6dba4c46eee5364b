"""Reading for the console's pages: one query set a page, values out, nothing written."""
