"""A user of the demo by mail: double opt-in, told of everything once, and gone at once."""

from email.message import EmailMessage

import pytest

from tests.acceptance.mail_stories import LETTERS, READER
from tests.acceptance.stories import SeenWindow
from tests.support.background import PATIENCE_SECONDS, Background

pytestmark = [pytest.mark.external_service, pytest.mark.timeout(PATIENCE_SECONDS + 20)]


def test_a_subscriber_gets_each_notice_once_in_order_and_in_one_thread(troupe: Background) -> None:
    seen: SeenWindow = troupe.seen("planned")
    letters: list[EmailMessage] = troupe.seen("leave")

    assert {str(each["To"]) for each in letters} == {READER}
    asked, *told = letters
    assert asked["List-Unsubscribe"] is None
    subjects = [str(each["Subject"]).strip() for each in told]
    assert subjects == [each["texts"]["en"]["subject"] for each in seen.notices]
    assert len({str(each["References"]) for each in told}) == 1
    assert len({str(each["Message-ID"]) for each in letters}) == len(letters) == LETTERS


def test_who_left_by_one_click_gets_no_more(troupe: Background) -> None:
    overrun: SeenWindow = troupe.seen("overrun")
    letters: list[EmailMessage] = troupe.seen("gone")

    assert len(overrun.notices) > 0
    assert len(letters) == LETTERS
