"""What the last run left: the published state, whether it is whole, and what can be built upon."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field, replace
from typing import Final

from app.errors import IndexUnusable, LexiconError
from app.library.catalog import Catalog, read_times
from app.library.home import CURRENT, SEGMENTS, STATES, Home
from app.library.seal import verify
from app.library.segments import SegmentPool
from app.library.state import SegmentRef, State
from app.library.words import Words, read_words

_NO_CATALOG = Catalog((), {})


@dataclass(frozen=True, slots=True)
class Former:
    """What can be built upon.

    `state` is None when there is nothing; `words` are what it was cut with, None when they cannot
    be read. `damage` says what was found damaged, "" when nothing was: the segments concerned are
    not part of `state`, and lie beside the others under another name.
    """

    state: State | None
    words: Words | None
    catalog: Catalog = field(repr=False)
    damage: str = ""

    @classmethod
    def of(cls, home: Home, pool: SegmentPool, state: State, damage: str = "") -> Former:
        """What can be built upon `state`, whose segments are whole."""
        words: Words | None = None
        times: dict[str, int] = {}
        try:
            words = read_words(home.blob(state.words))
        except (IndexUnusable, LexiconError, ValueError, TypeError, LookupError) as error:
            damage = damage or str(error)
        try:
            times = read_times(home.blob(state.times)) if state.times else {}
        except (IndexUnusable, ValueError, TypeError, AttributeError) as error:
            # Only a help against reading files again: they are read again.
            damage, state = damage or str(error), replace(state, times="")
        return cls(state, words, Catalog(pool.parts(state), times), damage)


def find_former(home: Home, pool: SegmentPool) -> Former:
    """The published state, checked byte by byte before anything is built upon it.

    What is damaged is set aside. Raises IndexUnusable when it may be whole but cannot be read for
    lack of permission or means. Only for the holder of the writer's lock.
    """
    damage = ""
    try:
        state = home.published()
    except IndexUnusable as error:
        _unless_forbidden(error)
        damage = str(error)
        state = _recovered(home)
    if state is None and (newest := home.newest_whole()) is not None:
        # A first run was cut off just before its end, or the pointer was lost.
        damage = f"{home.folder / CURRENT} 不见了，用最近一个完整的索引"
        state = home.publish(newest)
    if state is None:
        return Former(None, None, _NO_CATALOG, damage)
    whole: list[SegmentRef] = []
    for ref in state.segments:
        try:
            verify(home.segment(ref.name), ref.seal)
            whole.append(ref)
        except IndexUnusable as error:
            _unless_forbidden(error)
            damage = damage or str(error)
            home.set_aside(home.segment(ref.name))
    found = Former.of(home, pool, replace(state, segments=tuple(whole)), damage)
    if len(whole) == len(state.segments):
        return found
    # What the lost documents added to the sum is not known; it is made anew from those that stay.
    total = found.catalog.weight_of(row.id for row in found.catalog.rows())
    assert found.state is not None
    return replace(found, state=replace(found.state, total=f"{total:064x}"))


def _recovered(home: Home) -> State | None:
    """The newest state that is whole, after CURRENT was found damaged; without one, all that lies
    there is set aside."""
    state = home.newest_whole()
    home.set_aside(home.folder / CURRENT)
    if state is None:
        home.set_aside(home.folder / SEGMENTS)
        home.set_aside(home.folder / STATES)
        return None
    home.set_aside_unknown(state)
    return home.publish(state)


# What tells nothing of the file itself: a right, a file descriptor, or memory is missing.
_PASSING: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR}
)


def _unless_forbidden(error: IndexUnusable) -> None:
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in _PASSING:
        raise error
