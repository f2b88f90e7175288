"""Results for other people and programs: the report, templates of its text, and the local audit. No Qt.

Everything here turns values into text; laying out, printing and files are the window's business
(docs/decisions/0082-decisions-and-reports.md).
"""
