"""The configuration of the composition, loaded as its monitor loads it."""

import pytest

from monitor.app import load_configuration
from monitor.model.configuration import Configuration
from tests.deployment.composition import ROOT


@pytest.fixture(name="configuration")
def _configuration(monkeypatch: pytest.MonkeyPatch) -> Configuration:
    """What the monitor of the composition runs with."""
    monkeypatch.setenv("POSTGRES_PASSWORD", "not-secret")
    monkeypatch.setenv("ALERT_WEBHOOK_URL", "https://hooks.example.com/availability")
    monkeypatch.setenv("ALERT_WEBHOOK_SECRET", "long-enough-for-a-key")
    return load_configuration(ROOT / "checks/compose/monitor.yml")
