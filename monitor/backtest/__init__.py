"""Backtests: a recorded history through the engine, and what it would have said, scored."""
