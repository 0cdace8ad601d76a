"""The ledger's tables and their first content, as the statements that make them."""

ACCOUNTS = 200

# What the functions and the monitor's write heartbeat use: the fault `database-locked` locks these.
TABLES = ("accounts", "bills", "payments", "monitor_heartbeat")


def role_statements(role: str, password: str, database: str) -> tuple[str, ...]:
    """Return what makes the ordinary role and the database; the password is base64."""
    return (
        f"CREATE ROLE {role} LOGIN NOSUPERUSER PASSWORD '{password}'",
        f"CREATE DATABASE {database}",
    )


TABLE_STATEMENTS = (
    """CREATE TABLE accounts (id int PRIMARY KEY, credit_line numeric(12,2) NOT NULL,
       used numeric(12,2) NOT NULL, quoted_at timestamptz)""",
    """CREATE TABLE bills (account_id int PRIMARY KEY REFERENCES accounts,
       amount numeric(12,2) NOT NULL, due_on date NOT NULL, read_at timestamptz)""",
    """CREATE TABLE payments (account_id int PRIMARY KEY REFERENCES accounts,
       amount numeric(12,2), fee numeric(12,4), channel text, paid_at timestamptz,
       payments bigint NOT NULL DEFAULT 0)""",
    """CREATE TABLE monitor_heartbeat (id int PRIMARY KEY, beats bigint NOT NULL,
       at timestamptz NOT NULL)""",
    "INSERT INTO accounts SELECT n, 5000 + n * 100, n * 20 FROM generate_series(1, 200) AS n",
    "INSERT INTO bills SELECT id, used, current_date + 10 FROM accounts",
    "INSERT INTO payments (account_id) SELECT id FROM accounts",
)


def grant_statement(role: str) -> str:
    """Return what lets the ordinary role work with the tables."""
    return f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(TABLES)} TO {role}"
