"""Trains the small network that outlines heart and lungs, for the proposal of a cardiothoracic ratio."""
