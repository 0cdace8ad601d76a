"""Deliveries: committed events on their way to receivers, in order and at least once."""
