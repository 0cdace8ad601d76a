"""The operations page: everything an operator needs at a glance, without a line of script."""
