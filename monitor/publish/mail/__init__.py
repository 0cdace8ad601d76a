"""Mail: notices to users who asked for them, one message per reader, at a pace."""
