"""The one story: from an observation to status, diagnosis, incident and unit of work."""
