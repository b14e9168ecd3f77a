"""Cue tables, analysis of a question, follow-ups."""
