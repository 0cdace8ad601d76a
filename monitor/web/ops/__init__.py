"""The operations listener: page, API, health and metrics for those who run the platform."""
