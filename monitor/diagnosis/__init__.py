"""Pure: signals become ranked causes, each with its evidence; `verdict.diagnose` is the front."""
