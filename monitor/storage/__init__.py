"""Tables, migrations, the one writer and the reads: the only room that knows the database."""
