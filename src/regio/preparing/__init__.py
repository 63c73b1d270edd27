"""Preparing columns for the models."""
