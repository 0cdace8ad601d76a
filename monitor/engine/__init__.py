"""The one story: observation -> status -> diagnosis -> incidents -> a batch for the store."""
