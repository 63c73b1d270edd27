"""Documents of a finished run: the report, tables, and results.json. No room below this one writes a file."""
