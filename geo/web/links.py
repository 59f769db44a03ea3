"""Links of a page, relative to where it stands, so that the same bytes work under any folder of any host."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from markupsafe import Markup, escape

from geo.web.assets import asset, engine, module, needed
from geo.web.site import Site


@dataclass(frozen=True)
class Links:
    """The links of one page: `depth` folders below the root; a pinned page's views stay in its version."""

    site: Site
    depth: int
    version: str = ""
    root: str = ""

    @property
    def base(self) -> str:
        """Return the way to the root."""
        return self.root or "../" * self.depth or "./"

    def to(self, path: str) -> str:
        """Return the address of a view or page given from the root (no slash before), in the same version."""
        return f"{self.base}{f'v/{self.version}/' if self.version else ''}{path}"

    def live(self, path: str) -> str:
        """Return the address of the version in force."""
        return f"{self.base}{path}"

    def asset(self, name: str) -> str:
        """Return the address of a style sheet, script or icon."""
        return f"{self.base}{asset(name)}"

    def module(self, name: str) -> str:
        """Return the address of a module of the explorer."""
        return f"{self.base}{module(name)}"

    def modules(self, name: str) -> list[str]:
        """Return the addresses of a module of the explorer and of those that it imports."""
        return [f"{self.base}{address}" for address in needed(name)]

    def engine(self, name: str) -> str:
        """Return the address of a file of the map engine; empty where it was not set up."""
        found = engine(name)
        return f"{self.base}{found}" if found else ""

    def has(self, path: str) -> bool:
        """Tell whether the page exists here; only a site of plain files lacks any."""
        return self.site.answers(f"v/{self.version}/{path}" if self.version else path)

    def link(self, path: str, label: str, *, current: bool = False, title: str = "", to: str = "") -> Markup:
        """Return a link (to an element of the page, if named), or the label alone: no such page here, or this one."""
        named = Markup(' title="%s"') % title if title else Markup("")
        if current:
            return Markup('<span aria-current="true"%s>%s</span>') % (named, label)
        if not self.has(path):
            return escape(label)
        return Markup('<a href="%s%s"%s>%s</a>') % (self.to(path), f"#{to}" if to else "", named, label)


def base_url(site: Site) -> str:
    """Return the public address of the root with a slash behind: as configured, else as asked for; "" is not known."""
    if site.settings.base_url:
        return site.settings.base_url.rstrip("/") + "/"
    return request.url_root if site.plain is None else ""
