"""The operations desk answers the operations listener, out of engine, store and publish."""

from monitor.desk.desk import Desk, Outlets

__all__ = ["Desk", "Outlets"]
