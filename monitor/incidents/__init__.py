"""Pure: identity, transitions, suppression and impact of incidents."""
