"""What was found, as pages to read and files for other tools."""
