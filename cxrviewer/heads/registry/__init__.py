"""Which heads there are: found, checked, installed, trusted, approved."""
