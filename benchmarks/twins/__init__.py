"""Near misses made by machine: unanswerable twins of answerable questions."""
