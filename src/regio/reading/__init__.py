"""Reading: files to panels, with every cell that was changed on the way."""
