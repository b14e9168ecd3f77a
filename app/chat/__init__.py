"""One file per chat surface, over the same engine."""
