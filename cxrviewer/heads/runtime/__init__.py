"""The processes that parse and run heads, their protocol and their limits."""
