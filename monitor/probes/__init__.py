"""One file per probe type; the only code that touches the watched world."""
