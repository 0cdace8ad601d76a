"""Who subscribed to mail: addresses are shown to operators with the token, and masked to others."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from monitor.model.codec import to_json
from monitor.model.events import Json
from monitor.model.mail import Subscriber
from monitor.publish.mail.addresses import masked
from monitor.web.ops.api.access import Backend, Limit, answer
from monitor.web.ops.bodies import PageBody, SubscriberBody

router = APIRouter(tags=["publishing"])
After = Annotated[str, Query(max_length=200)]


@router.get("/subscribers")
async def subscribers(backend: Backend, after: After = "", limit: Limit = 200) -> JSONResponse:
    """List subscribers in the order of their ids, addresses masked; `after` is an id."""
    found = await backend.subscribers(after=after, limit=limit)
    return answer([_payload(each, masked(each.address)) for each in found])


@router.post("/subscribers/reveal")
async def reveal(backend: Backend, body: PageBody) -> JSONResponse:
    """List the same with addresses; a write, so that it needs the token wherever one listens."""
    found = await backend.subscribers(after=body.after, limit=body.limit)
    return answer([_payload(each, each.address) for each in found])


@router.post("/subscribers/remove")
async def remove(backend: Backend, body: SubscriberBody) -> JSONResponse:
    """Delete a subscriber, by address or id, at the wish of its owner."""
    removed = await backend.remove_subscriber(body.who)
    return answer(_payload(removed, masked(removed.address)))


def _payload(subscriber: Subscriber, address: str) -> Json:
    return {
        "id": subscriber.id,
        "address": address,
        "locale": subscriber.locale,
        "services": list(subscriber.services),
        "confirmed_at": to_json(subscriber.confirmed_at),
        "bounces": subscriber.bounces,
        "suppressed_at": to_json(subscriber.suppressed_at),
    }
