"""Where the weight of a column lies, and how it spreads: centres of gravity and deviational ellipses (重心与标准差椭圆)."""
