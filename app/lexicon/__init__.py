"""Data files of general policy Chinese, and their loader."""
