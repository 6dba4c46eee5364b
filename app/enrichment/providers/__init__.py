"""Who can tell us more about a lead, and how they are asked in turn within a time budget."""
