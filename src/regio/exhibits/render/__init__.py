"""Writers of printed tables: one file a format. They format; they never compute."""
