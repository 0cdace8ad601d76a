"""A set that remembers only what was added last."""


class Recent:
    """The last *size* ids that were added and not discarded since."""

    def __init__(self, size: int = 4096) -> None:
        self._size = size
        self._ids: dict[str, None] = {}

    def __contains__(self, id_: str) -> bool:
        return id_ in self._ids

    def add(self, id_: str) -> None:
        self._ids[id_] = None
        if len(self._ids) > self._size:
            del self._ids[next(iter(self._ids))]

    def discard(self, id_: str) -> None:
        self._ids.pop(id_, None)
