"""All rules in one literal table, and what holds for a cause as a whole."""

from collections.abc import Mapping

from monitor.diagnosis import (
    rules_application,
    rules_attack,
    rules_credentials,
    rules_database,
    rules_grey,
    rules_host,
    rules_limits,
    rules_loss,
    rules_maintenance,
    rules_monitor,
    rules_network,
    rules_overload,
    rules_page,
    rules_sessions,
    rules_third_party,
    rules_traffic,
    rules_ways,
)
from monitor.diagnosis.rule import Rule
from monitor.model.cause import Cause

RULES: tuple[Rule, ...] = (
    *rules_maintenance.RULES,
    *rules_database.RULES,
    *rules_overload.RULES,
    *rules_third_party.RULES,
    *rules_network.RULES,
    *rules_application.RULES,
    *rules_monitor.RULES,
    *rules_attack.RULES,
    *rules_host.RULES,
    *rules_traffic.RULES,
    *rules_limits.RULES,
    *rules_sessions.RULES,
    *rules_credentials.RULES,
    *rules_page.RULES,
    *rules_ways.RULES,
    *rules_grey.RULES,
    *rules_loss.RULES,
)

# How many independent signs of a cause there must be before it can be the verdict.
SIGNS_NEEDED: Mapping[Cause, int] = {Cause.NETWORK_ATTACK: rules_attack.SIGNS_NEEDED}

# Causes that no rule finds: a person declares the one, the other is what is left.
WITHOUT_RULES = frozenset({Cause.REGULATORY, Cause.UNKNOWN})
