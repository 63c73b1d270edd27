"""Spatial weights (空间权重矩阵): who is next to whom, and how near."""
