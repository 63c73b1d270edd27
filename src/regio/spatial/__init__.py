"""Space: breaks, the geographical detector and its relatives."""
