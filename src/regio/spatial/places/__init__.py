"""Where places are: points, outlines, distances. What maps, spatial weights and interpolation share."""
