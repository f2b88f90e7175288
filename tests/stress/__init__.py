"""Readings under stress: random edits by the ten thousand, and processes killed at random moments.

python -m tests.stress edits --count 100000
python -m tests.stress kills --count 1000
python -m tests.stress kills --window --count 60
"""
