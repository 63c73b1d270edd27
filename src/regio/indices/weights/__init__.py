"""Weights of indicators, one scheme a file: arrays in, arrays out."""
