"""Readers per format, structure tree, official fields, passages."""
