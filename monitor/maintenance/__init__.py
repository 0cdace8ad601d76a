"""Pure: maintenance windows, their recurrence, lifecycle and overrun."""
