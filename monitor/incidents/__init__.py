"""Incidents: identity along the dependency graph, transitions, impact; pure."""
