"""Tables, repositories, unit of work, migrations and retention."""
