"""Figures, measures and reforms, found in a document at indexing time."""
