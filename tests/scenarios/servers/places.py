"""Which port each server of a stand listens on; addresses tell stands apart."""

EDGE_HTTP = 8080
EDGE_HTTPS = 8443
EDGE_STATUS = 8081
CREDIT = 8000
CREDIT_STATS = 8001
POSTGRES = 5432
MARIADB = 3306
REDIS = 6379
EXPORTER = 9100
PROMETHEUS = 9091
NAMES = 53
CHANNEL = 9443
FEED = 9080
REFERENCE = 9090
# Where the channels really listen, behind the relay: on loopback, one port each.
BEHIND = {"channel-a": 19443, "channel-b": 19444}

ZONE = "bench.test"
EDGE_NAME = f"pay.{ZONE}"
CHANNELS = ("channel-a", "channel-b")


def name_of(channel: str) -> str:
    """Return the host name of a channel."""
    return f"{channel}.{ZONE}"
