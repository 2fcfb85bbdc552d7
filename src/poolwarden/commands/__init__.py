"""One module for each command: its arguments, and one call into a room."""
