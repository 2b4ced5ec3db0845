"""Science that two or more topics use."""
