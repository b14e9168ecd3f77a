"""The search index and its engines."""
