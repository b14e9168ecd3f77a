"""The short forms of the names of places: 霍兰图勒蒙古自治州, 霍兰图勒, 霍州."""

from __future__ import annotations

import re
from functools import cache

from app.lexicon.loader import words

_SUFFIX = re.compile("(?:特别行政区|地区|自治区|自治州|自治县|自治旗|省|市|县|州|盟|旗|镇|乡|区)$")
_AUTONOMOUS = re.compile("自治([区州县旗])$")
_FEWEST = 2  # characters of a short form that can stand alone
_FEWEST_OF_LONG = 3  # characters of a stem that is shortened to its first one
_INITIAL = re.compile("^.[州县旗]$")


@cache
def _ethnic() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(words("ethnic_groups.txt")) + ")+$")


def place_names(place: str) -> tuple[str, ...]:
    """A folded name of a place and its short forms, the plainest last.

    >>> place_names("南充市")
    ('南充市', '南充')
    """
    stem = _SUFFIX.sub("", place)
    found = [place]
    if len(stem) >= _FEWEST:
        found.append(stem)
    autonomous = _AUTONOMOUS.search(place)
    if autonomous:
        bare = _ethnic().sub("", stem)
        if len(bare) >= _FEWEST_OF_LONG:
            found.append(bare[0] + autonomous.group(1))
        if len(bare) >= _FEWEST:
            found += [bare + autonomous.group(1), bare]
    return tuple(dict.fromkeys(found))


def full_form(place: str) -> str:
    """For a name of one character with its rank (霍州) the pattern of its full form, else "".

    * stands for some characters.
    """
    return f"{place[0]}*自治{place[1]}" if _INITIAL.match(place) else ""
