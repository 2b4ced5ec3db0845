"""The `course` command: each subcommand is the module of its name, found and not registered."""
