"""Pure: signals become ranked causes, each with its evidence."""
