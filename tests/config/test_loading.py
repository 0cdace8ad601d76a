"""A good configuration becomes one value of the model, complete and equal to what was written."""

import time
from pathlib import Path

from pydantic import SecretStr

from monitor.config import check_changes
from monitor.model.check import Check, Confirmation
from monitor.model.configuration import (
    Configuration,
    Listeners,
    MaintenancePolicy,
    NoticePolicy,
    ReceiverConfig,
    StoreConfig,
    WatchPolicy,
)
from monitor.model.mail import MailSecurity
from monitor.model.platform import (
    Component,
    ComponentKind,
    Dependency,
    FailsWhen,
    Platform,
    Service,
)
from tests.config.specs import Body, HookSpec, PageSpec, SocketSpec, load_with

GOOD = Path(__file__).parent / "testdata" / "good" / "monitor.yml"
PLATFORM = "platform: {name: {zh-CN: 甲, en: A}}\n"

SERVICES = (
    Service(
        name="checkout",
        names={"zh-CN": "收银台", "en": "Checkout"},
        descriptions={"zh-CN": "付款", "en": "Paying"},
        critical=True,
        depends_on=(
            Dependency(names=("gateway",)),
            Dependency(names=("bank-a",), soft=True),
            Dependency(names=("bank-a", "bank-b")),
            Dependency(names=("gateway", "ledger", "bank-b"), required=2),
        ),
        alternatives=("credit-pay",),
        advice={"zh-CN": "请稍后再试", "en": "Please try again later"},
    ),
    Service(
        name="credit-pay",
        names={"zh-CN": "花呗", "en": "Credit Pay"},
        depends_on=(Dependency(names=("gateway",)),),
    ),
)
COMPONENTS = (
    Component(
        name="gateway",
        kind=ComponentKind.SERVER,
        depends_on=(Dependency(names=("ledger",)),),
        fails_when=FailsWhen(count=None),
    ),
    Component(
        name="bank-a",
        kind=ComponentKind.THIRD_PARTY,
        public_names={"zh-CN": "合作银行", "en": "a partner bank"},
        fails_when=FailsWhen(count=2),
    ),
    Component(name="bank-b", kind=ComponentKind.THIRD_PARTY),
    Component(
        name="ledger",
        kind=ComponentKind.DATABASE,
        names={"zh-CN": "账务库", "en": "Ledger"},
    ),
)
CHECKS = (
    Check(
        name="gateway-page",
        type="page",
        component="gateway",
        spec=PageSpec(
            url="http://127.0.0.3:8081/health",
            statuses=(200, 204),
            body=Body(regex="^ok$", max_bytes=4096),
        ),
        interval_seconds=2.0,
        timeout_seconds=0.5,
        confirmation=Confirmation(failures=3, window=4, recoveries=2),
        canary=True,
    ),
    Check(
        name="bank-a-socket",
        type="socket",
        component="bank-a",
        spec=SocketSpec(host="127.0.0.3", port=8081, verify=False),
        interval_seconds=20.0,
        timeout_seconds=5.0,
        confirmation=Confirmation(failures=3, window=4),
        enabled=False,
    ),
    Check(
        name="ledger-page",
        type="page",
        component="ledger",
        spec=PageSpec(url="http://127.0.0.1/ledger", password=SecretStr("ledger-password")),
        interval_seconds=20.0,
        timeout_seconds=5.0,
        confirmation=Confirmation(failures=3, window=4),
    ),
)
RECEIVERS = (
    ReceiverConfig(
        name="on-call",
        type="hook",
        spec=HookSpec(url="http://127.0.0.1:9000/hook", secret=SecretStr("only-for-tests")),
        events=("incident.", "maintenance.overrunning"),
    ),
    ReceiverConfig(
        name="archive",
        type="hook",
        spec=HookSpec(url="http://127.0.0.1:9001/hook", secret=SecretStr("only-for-tests")),
        on_call=False,
    ),
)
EXPECTED = Configuration(
    platform=Platform(
        names={"zh-CN": "示例信用支付", "en": "Example Credit Pay"},
        contact={"zh-CN": "客服热线 95000", "en": "hotline 95000"},
        issuer={"zh-CN": "示例信用支付服务团队", "en": "The Example Credit Pay team"},
        public_url="http://127.0.0.1:8080",
        operations_url="http://127.0.0.1:9464",
        runbooks_url="https://wiki.example.com/runbooks",
    ),
    services=SERVICES,
    components=COMPONENTS,
    checks=CHECKS,
    receivers=RECEIVERS,
    watch=WatchPolicy(clean_rounds=4, seconds=300.0, critical_seconds=3600.0),
    maintenance=MaintenancePolicy(
        clean_rounds=2, overrun_grace_seconds=60.0, minimum_lead_seconds=259_200.0
    ),
    notices=NoticePolicy(
        min_duration_seconds=10.0,
        cause_confidence=0.9,
        update_every_seconds=1800.0,
        texts={"payments": {"zh-CN": "请勿重复支付", "en": "Do not pay again"}},
    ),
    listeners=Listeners(public_port=8081, operations_host="::1"),
    store=StoreConfig(keep_days=30),
    max_in_flight=500,
    reload_on_change=False,
)


def _write(folder: Path, text: str) -> Path:
    path = folder / "monitor.yml"
    path.write_text(PLATFORM + text, encoding="utf-8")
    return path


def test_a_whole_configuration_is_what_was_written() -> None:
    assert load_with(GOOD) == EXPECTED


def test_secrets_are_loaded_but_not_shown() -> None:
    shown = repr(load_with(GOOD, HOOK_SECRET="from-the-environment"))

    assert "from-the-environment" not in shown
    assert "ledger-password" not in shown


def test_a_platform_alone_takes_every_default(tmp_path: Path) -> None:
    configuration = load_with(_write(tmp_path, "checks:\nlimits:\n"))

    platform = Platform(names={"zh-CN": "甲", "en": "A"})
    assert configuration == Configuration(platform=platform, services=(), components=(), checks=())


def test_a_retry_that_would_meet_the_next_attempt_is_switched_off_with_a_warning(
    tmp_path: Path,
) -> None:
    path = _write(
        tmp_path,
        "components: {web: {kind: server}}\n"
        "checks:\n"
        "  fits: {type: socket, component: web, host: a, port: 1, interval: 5s, timeout: 2s}\n"
        "  late: {type: socket, component: web, host: a, port: 1, interval: 5s, timeout: 2100ms}\n"
        "  none: {type: socket, component: web, host: a, port: 1, interval: 5s, timeout: 4s,\n"
        "    confirmation: {retry_after: null}}\n",
    )

    configuration = load_with(path)

    retries = [each.confirmation.retry_after_seconds for each in configuration.checks]
    assert retries == [1.0, None, None]
    told = "retry is switched off: 2 x timeout + retry_after is longer than the interval (5s)"
    assert configuration.warnings == (f"{path}:5: checks.late.timeout: {told}",)


def test_a_warning_about_the_defaults_is_told_once(tmp_path: Path) -> None:
    check = "{type: socket, component: web, host: a, port: 1}"
    path = _write(
        tmp_path,
        "components: {web: {kind: server}}\n"
        "defaults: {timeout: 20s}\n"
        f"checks: {{a: {check}, b: {check}}}\n",
    )

    configuration = load_with(path)

    assert len(configuration.warnings) == 1
    assert configuration.warnings[0].startswith(f"{path}:3: defaults.timeout: retry is ")
    assert {each.confirmation.retry_after_seconds for each in configuration.checks} == {None}


def test_a_reload_knows_which_checks_changed(tmp_path: Path) -> None:
    check = "{type: socket, component: web, host: a, port: %d}"
    start = "components: {web: {kind: server}}\nchecks:\n"
    old = load_with(
        _write(tmp_path, f"{start}  a: {check % 1}\n  b: {check % 2}\n  c: {check % 3}\n")
    )
    new = load_with(
        _write(tmp_path, f"{start}\n  d: {check % 4}\n  c: {check % 9}\n  b: {check % 2}\n")
    )

    changes = check_changes(old, new)

    assert (changes.added, changes.changed, changes.removed) == (("d",), ("c",), ("a",))


def test_ten_thousand_checks_load_within_seconds(tmp_path: Path) -> None:
    """About 1.8 s of CPU here; the bound only catches what grows with the square."""
    body = "    type: page\n    component: web\n    interval: 10s\n    timeout: 2s\n"
    checks = (
        f"  check-{number}:\n{body}    url: http://127.0.0.1:${{PORT}}/{number}\n"
        for number in range(10_000)
    )
    path = _write(tmp_path, "components: {web: {kind: server}}\nchecks:\n" + "".join(checks))

    before = time.process_time()
    configuration = load_with(path)

    assert len(configuration.checks) == 10_000
    assert time.process_time() - before < 15


def test_mail_has_a_port_by_its_security_and_hides_its_password(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("pa55word-of-mail\n", encoding="utf-8")
    path = tmp_path / "monitor.yml"
    path.write_text(
        "platform: {name: {zh-CN: 甲, en: A}, public_url: 'https://status.example.com/'}\n"
        "notices:\n"
        "  mail: {host: mail.example.com, from: Status <s@example.com>, user: u,"
        f" password: 'file:{secret}', security: tls, give_up_after: 1h}}\n",
        encoding="utf-8",
    )

    mail = load_with(path).mail

    assert mail is not None
    assert (mail.port, mail.security, mail.password) == (465, MailSecurity.TLS, "pa55word-of-mail")
    assert mail.give_up_after_seconds == 3600
    assert "pa55word" not in repr(mail)
