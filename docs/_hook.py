"""Called by mkdocs: adds the pages of Sentinel's tables, and those of rules and tables to the navigation."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from kql_lint.docs import families
from kql_lint.rules import RULES
from kql_lint.site import tables


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
