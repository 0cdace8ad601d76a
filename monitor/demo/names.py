"""The names of the demo's processes and faults, as state.json and the command line use them."""

GATEWAY = "gateway"
LEDGER = "ledger"
BANK_A = "bank-a"
BANK_B = "bank-b"
RECEIVER = "receiver"
MAILBOX = "mailbox"
TRAFFIC = "traffic"

# What makes a fault, while it is on.
LOCKER = "locker"
RUSH = "overload"

# Recorded too, though no part of the demo platform.
SUPERVISOR = "supervisor"
MONITOR = "monitor"

DATABASE_DOWN = "database-down"
DATABASE_LOCKED = "database-locked"
OVERLOAD = "overload"
THIRD_PARTY_DOWN = "third-party-down"
PLANNED_MAINTENANCE = "planned-maintenance"
BAD_DEPLOY = "bad-deploy"

# A rush that nobody repairs ends by itself.
OVERLOAD_SECONDS = 600.0
