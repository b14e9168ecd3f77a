"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from app.model import Filters, Status

Command = TypeVar("Command", bound=Callable[..., Any])

_FOLDER = click.Path(file_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])

_PLACES = (
    click.option("--data", type=_FOLDER, help="存放索引的目录。 [默认：.youju]"),
    click.option("--corpus", type=_FOLDER, help="语料目录。 [默认：corpus]"),
)
_FILTERS = (
    click.option("--in-force", is_flag=True, help="只用当日有效的文档：未到期、未废止、已施行。"),
    click.option("--issued-to", type=_DAY, help="成文日期不晚于。"),
    click.option("--issued-from", type=_DAY, help="成文日期不早于。"),
    click.option(
        "--status",
        multiple=True,
        type=click.Choice([status.value for status in Status]),
        help="只用此效力状态的文档，可重复。",
    ),
    click.option("--issuer", "issuers", multiple=True, help="只用此机关所发的文档，可重复。"),
    click.option("--region", "regions", multiple=True, help="只用此地区的文档，可重复。"),
    click.option("--document", "document_ids", multiple=True, help="只用此编号的文档，可重复。"),
    click.option("--collection", "collections", multiple=True, help="只用此文档集，可重复。"),
)

as_of_option = click.option("--as-of", type=_DAY, help="以哪一天为准，如 2024-05-01。 [默认：今天]")
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON，与 HTTP 接口相同。")


class CommandWithSettings(click.Command):
    """A command that takes a flag for every setting of the service.

    The list of settings is read when the command is asked for, since that takes a while.
    """

    def get_params(self, context: click.Context) -> list[click.Parameter]:
        """The flags, each named like its setting and None when not given."""
        if not self.params:
            from app.settings import SETTINGS

            self.params = [
                click.Option(
                    [setting.flag],
                    metavar="值",
                    help=f"{setting.help}。 [{setting.variable}；默认：{setting.default}]",
                )
                for setting in SETTINGS
                if setting.flag
            ]
        return super().get_params(context)


def place_options(command: Command) -> Command:
    """Add `--corpus` and `--data`; None when not given."""
    for option in _PLACES:
        command = option(command)
    return command


def filter_options(command: Command) -> Command:
    """Add the options that `filters_of` reads."""
    for option in _FILTERS:
        command = option(command)
    return command


def filters_of(given: Mapping[str, Any], as_of: date) -> Filters:
    """The filters that the options of `filter_options` describe, for the day `as_of`."""
    return Filters(
        collections=given["collections"],
        document_ids=given["document_ids"],
        regions=given["regions"],
        issuers=given["issuers"],
        status=given["status"],
        issued_from=_day(given["issued_from"]),
        issued_to=_day(given["issued_to"]),
        in_force_on=as_of if given["in_force"] else None,
    )


def day_of(moment: datetime | None) -> date:
    """The day given with `as_of_option`, or today: the only clock of an answer."""
    return _day(moment) or date.today()


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
