"""The chain as a value: its tables, how they are read and checked, and what every method needs of them."""
