"""All rules in one literal table, and what holds for a cause as a whole."""

from collections.abc import Mapping

from monitor.diagnosis import (
    rules_application,
    rules_attack,
    rules_database,
    rules_maintenance,
    rules_monitor,
    rules_network,
    rules_overload,
    rules_third_party,
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
)

# How many independent rules must speak for a cause before it can be the verdict.
RULES_NEEDED: Mapping[Cause, int] = {Cause.NETWORK_ATTACK: 2}

# Causes that no rule finds: a person declares the one, the other is what is left.
WITHOUT_RULES = frozenset({Cause.REGULATORY, Cause.UNKNOWN})
