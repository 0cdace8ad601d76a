"""Reads check definitions from YAML, strictly, and turns them into model values."""
