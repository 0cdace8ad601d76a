"""A small real credit platform whose faults can be switched on."""
