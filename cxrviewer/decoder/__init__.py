"""Reads image files in worker processes: `service` runs there, `client` here."""
