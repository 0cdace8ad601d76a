"""Makes deliveries from events: metrics, alerts and notices."""
