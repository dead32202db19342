"""What `make` can be told: one module a command, each with `run`."""
