"""Status of checks, components and services: pure functions from observations to words."""
