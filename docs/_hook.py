"""Called by mkdocs: adds the pages of Sentinel's tables, those of rules and tables to the navigation, the playground.

The playground is there if ``make playground`` has built it.
"""

from __future__ import annotations

import os
import shutil

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Link, Navigation
from mkdocs.structure.pages import Page

from kql_lint.docs import families
from kql_lint.rules import RULES
from kql_lint.site import tables

PLAYGROUND = os.path.join(os.path.dirname(__file__), "..", "build", "playground")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The navigation that mkdocs.yml leaves to what there is."""
    for section in config.nav or ():
        if isinstance(section, dict) and "Rules" in section:
            section["Rules"] += [
                {family: [{f"{rule.code} {rule.name}": f"rules/{rule.name}.md"} for rule in group]}
                for family, group in families(RULES).items()
            ]
        elif isinstance(section, dict) and "Tables" in section:
            section["Tables"] += [
                {"Microsoft Defender XDR": [f"tables/{name}.md" for name in tables.names("defender")]},
                {"Microsoft Sentinel": [f"tables/{name}" for name in tables.sentinel_pages()]},
            ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """All pages: those of docs/, and the generated ones that are not kept there."""
    for name, text in tables.sentinel_pages().items():
        files.append(File.generated(config, f"tables/{name}", content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The list of tables leads to the pages of Sentinel's, which are there on the site alone."""
    if page.file.src_uri != "tables/README.md":
        return markdown
    links = (f"[{name[9:-3].upper()}]({name})" for name in tables.sentinel_pages())
    return f"{markdown}\nBy initial: {' '.join(links)}\n"


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """The playground has no page of mkdocs: its policy lets in nothing that a theme brings."""
    if os.path.isdir(PLAYGROUND):
        nav.items.append(Link("Playground", "playground/"))
    return nav


def on_post_build(config: MkDocsConfig) -> None:
    """Puts the playground beside the pages."""
    if os.path.isdir(PLAYGROUND):
        shutil.copytree(PLAYGROUND, os.path.join(config.site_dir, "playground"), dirs_exist_ok=True)
