"""Nothing internal is in any byte that the public listener sends, in whatever state."""

import pytest

from monitor.web.public.statuspage import DOCUMENTS
from tests.publish.notices.worlds import COMPONENTS, SECRETS
from tests.web.public.scenes import DATABASE, SCENES, SERVICES

PATHS = (
    "/",
    f"/incidents/{DATABASE.id}",
    "/incidents/inc_qrstuvwxyzabcdef",
    "/maintenance",
    "/history",
    "/why",
    "/why?service=cash-loans",
    "/feed.atom",
    "/feed.rss",
    "/maintenance.ics",
    "/nothing",
    "/api/v1/why",
    "/api/v1/why?service=repayment",
    *(f"/badge/{name}.svg" for name in SERVICES),
    *(f"/api/v2/{name}.json" for name in DOCUMENTS),
)
INTERNAL = (*SECRETS, *(each.name for each in COMPONENTS), "sqlstate", "isolated")


@pytest.mark.parametrize("scene", SCENES)
async def test_nothing_internal_leaves(scene: str) -> None:
    made = await SCENES[scene]()

    async with made.visitor() as browser:
        for path in PATHS:
            for lang in ("zh-CN", "en"):
                answer = await browser.get(path, params={"lang": lang} if "?" not in path else None)
                sent = f"{answer.headers}\n{answer.text}".lower()
                assert not [word for word in INTERNAL if word.lower() in sent], path


async def test_the_planted_words_are_really_inside() -> None:
    made = await SCENES["disrupted"]()

    inside = f"{made.incidents}{made.snapshot()}"

    assert all(word in inside for word in SECRETS)
