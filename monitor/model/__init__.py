"""Values every room speaks in: frozen dataclasses and enums, standard library only."""
