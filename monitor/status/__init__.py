"""Pure: confirmation and flapping per check, status of components and services."""
