"""What is on the disk, in a SQLite file that can be deleted and built again (docs/decisions/0080)."""
