"""Rules for the lake: where rows come in, and where they are asked for."""
