"""Every command of the window: what it is called, when it can run, which keys it has. No Qt."""
