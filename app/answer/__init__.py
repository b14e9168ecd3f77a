"""Candidates per kind, evidence and refusal, composing, citing."""
