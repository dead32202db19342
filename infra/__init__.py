"""The Fortress platform as one Pulumi program; `blueprint` is where to start reading."""
