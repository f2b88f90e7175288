"""Scores many files with one head: what ``cxrviewer score`` does. No Qt."""
