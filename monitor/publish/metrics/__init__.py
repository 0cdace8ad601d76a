"""Shows the present and the monitor's own figures to Prometheus."""
