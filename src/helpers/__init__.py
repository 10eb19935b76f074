"""Helpers of the gezinscoach research pipeline, one responsibility per module."""
