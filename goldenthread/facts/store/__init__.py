"""Facts as loaded: one Delta Lake table for each source, changed by one atomic commit at a time."""
