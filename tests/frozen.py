"""A frozen site of the real country, written once for all who look at it."""

from geo.web.frozen import Plan, freeze

MAP = "kz/region/executed/2024/"
PLAN = Plan(
    views=(f"{MAP}per=none/", "kz/region/executed/2023/"),
    files={"each": ("map.svg",), "first": ("data.csv", "data.xlsx")},
    lists=0,
    bodies=1,
    most_zoom=5,
)


def frozen_kz(once, kz_home):
    """Return a folder whose folder `deep/site` is a frozen site of Kazakhstan; not to be written to."""
    return once("frozen-kz", lambda folder: freeze(kz_home, folder / "deep" / "site", plan=PLAN))
