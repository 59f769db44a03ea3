"""Commands for whoever runs the service: what is set and where it comes from, what readers cost."""

from __future__ import annotations

import click

from geo.cli.say import Speaker
from geo.core.settings import Settings


@click.group(invoke_without_command=True)
@click.pass_context
def config(context: click.Context) -> None:
    """Print every setting with its value, where it comes from and what it is for; the same as `config show`."""
    if context.invoked_subcommand is None:
        context.invoke(show)


@config.command()
@click.pass_obj
def show(speaker: Speaker) -> None:
    """Print every setting with its value, where it comes from and what it is for; a secret is not shown."""
    asked = Settings.from_env().sources()
    rows = [
        (variable, value, origin if value == before[1] else "option", text)
        for (variable, value, origin, text), before in zip(speaker.settings.sources(), asked, strict=True)
    ]
    width = max(len(row[0]) for row in rows)
    for variable, value, origin, text in rows:
        speaker.plain(f"{variable:<{width}}  {value}  [{origin}]\n{'':<{width}}  {text}")
    names = ("variable", "value", "source", "help")
    speaker.result([dict(zip(names, row, strict=True)) for row in rows])


@click.command()
@click.option("--price", "price_per_gb", type=click.FloatRange(0), default=0.01, help="Price of a gigabyte sent out.")
@click.option("--views", type=click.IntRange(1), default=1_000_000, help="Views to reckon with.")
@click.option("--cached", type=click.FloatRange(0, 1), default=0.0, help="Share of bytes that a CDN gives for nothing.")
@click.pass_obj
def cost(speaker: Speaker, price_per_gb: float, views: int, cached: float) -> None:
    """Weigh what one view of the published maps sends out, and reckon the price of many.

    Each kind of view is asked of the application here, packed as browsers ask for it; nothing is sent anywhere.
    """
    from geo.web.operating.weighing import weighed

    rows = []
    for kind, answers, size in weighed(speaker.settings):
        gigabytes = size * views * (1 - cached) / 1e9
        rows.append({"view": kind, "answers": answers, "bytes": size, "gigabytes": round(gigabytes, 1),
                     "price": round(gigabytes * price_per_gb, 2)})  # fmt: skip
        words = {"view": speaker.text(f"operating.{kind}"), "answers": answers, "kilobytes": f"{size / 1000:,.1f}"}
        money = {"gigabytes": f"{gigabytes:,.1f}", "price": f"{gigabytes * price_per_gb:,.2f}", "views": f"{views:,}"}
        speaker.line("operating.cost", **words, **money)
    speaker.result(rows)
