"""Activity of industries in regions: what the methods of agglomeration and specialisation share."""
