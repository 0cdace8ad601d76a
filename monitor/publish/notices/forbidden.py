"""What users are never told, whoever writes it (pure)."""

import re

ATTACK = "the word attack"
RECOVERY_TIME = "a promise of when it recovers"
_HOSTS = r"\b[\w-]+\.(?:com|cn|net|org|io|local|lan|internal|svc|cluster)\b"
FORBIDDEN = {
    "an address": rf"\b\d{{1,3}}(?:\.\d{{1,3}}){{3}}\b|https?://|{_HOSTS}",
    "a version number": r"\bv?\d+\.\d+\.\d+\b",
    "the name of a product it runs on": (
        r"\b(?:MySQL|MariaDB|PostgreSQL|Oracle|Redis|Kafka|RabbitMQ|nginx|Kubernetes|Docker|AWS"
        r"|Azure)\b|阿里云|腾讯云|华为云"
    ),
    "an absolute promise": r"100\s*%|百分之百|保证|guarantee",
    "a promise of compensation": r"赔偿|补偿|compensat",
    "a guess": r"疑似|怀疑|可能是由于|可能由于|\bprobably\b|\bpresumably\b|\bwe suspect",
    "reasons of one account": (
        r"信用不足|信用评分|征信不良|逾期记录|风控|credit score|risk control|overdue record"
    ),
    RECOVERY_TIME: (
        r"(?:预计|将于|将在)[^。，；]{0,40}恢复"
        r"|(?:will|expected to) (?:recover|be (?:back|restored|available again)) (?:by|at|on|in)\b"
    ),
    ATTACK: r"攻击|\battack",
}


def excess(words: str, *, by_person: bool = True, of_incident: bool = True) -> tuple[str, ...]:
    """Return what *words* say that users are never told, as `contains ...`.

    A person may use the word attack. The end of a maintenance is planned, so that only
    *of_incident* a time of recovery is a promise nobody can keep.
    """
    allowed = {ATTACK} if by_person else set()
    allowed |= set() if of_incident else {RECOVERY_TIME}
    return tuple(
        f"contains {name}"
        for name, pattern in FORBIDDEN.items()
        if name not in allowed and re.search(pattern, words, re.IGNORECASE | re.ASCII)
    )
