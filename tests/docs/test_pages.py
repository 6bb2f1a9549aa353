"""What the pages tell people to do works, and what they show is what comes out."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from .recipe import HOME_URL, blocks, differences, left_out, steps

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
WRITTEN = [DOCS / "index.md", DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]
WRITTEN += [DOCS / "reference" / "json.md", DOCS / "reference" / "outputs.md"]
PAGES = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in WRITTEN}

# All that the tests don't run, page by page: what installs software for the whole machine, what downloads (`make
# try-docs` runs that), what ends by Ctrl-C alone, and containers, for which there is no engine where tests run.
NOT_RUN = {
    "tutorial.md": [
        "sudo apt install git python3 pipx",
        "pipx ensurepath",
        "brew install git python pipx",
        "pipx ensurepath",
        "winget install Git.Git Python.Python.3.13",
        "py -m pip install --user pipx",
        "py -m pipx ensurepath",
        f'git clone "{HOME_URL}" kql-lint',
        "pipx install ./kql-lint",
        "kql-lint --version",
        "pipx install pre-commit",
        "git add .",
        "pre-commit install",
        "pre-commit run",
        'git commit --quiet -m "Detection rules, checked by kql-lint"',
    ],
    "how-to/pre-commit.md": [
        "git init --quiet",
        "git add .pre-commit-config.yaml",
        "pre-commit install",
        "pre-commit run --all-files",
        "git add rules/new.kql",
        'git commit --quiet -m "A new rule"',
    ],
    "how-to/editors.md": [
        'pipx install "./kql-lint[lsp]"',
        "make -C kql-lint vscode",
        "code --install-extension kql-lint/integrations/vscode/dist/kql-lint.vsix",
        "kql-lint check --watch rules/",
    ],
    "how-to/container.md": [
        "docker build -t kql-lint kql-lint/",
        'docker run --rm -v "$PWD:/src" kql-lint check rules/',
        'docker run --rm -v "$PWD:/src" -v kql-lint-cache:/var/cache/kql-lint kql-lint check rules/',
    ],
}


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if list(steps(page, network=False))])
def test_a_page_keeps_its_promises(name: str, tmp_path: Path) -> None:
    found = differences(PAGES[name], tmp_path, ROOT, network=False)

    assert found == [], "\n".join(found)


def test_what_is_not_run_is_this_and_no_more() -> None:
    assert {name: left_out(page) for name, page in PAGES.items() if left_out(page)} == NOT_RUN


@pytest.mark.parametrize("name", PAGES)
def test_code_that_is_shown_alone_is_well_formed(name: str) -> None:
    others = {"sh", "console", "powershell", "text", "kql", "hcl", "lua", "vim", "elisp", "python"}
    readers = {"json": json.loads, "yaml": yaml.safe_load, "toml": tomllib.loads}
    for block in blocks(PAGES[name]):
        if block.language in readers:
            readers[block.language](block.text)
        assert block.language in others | set(readers)


def test_every_page_is_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"[\w/-]+\.md", text.split("\nnav:")[1]))

    there = {*PAGES, "reference/commands.md", "reference/configuration.md", "rules/README.md", "tables/README.md"}
    assert named == there


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([\w-]+))?\)", PAGES[name]):
        if "://" in target:
            continue
        path = (DOCS / name).parent / target if target else DOCS / name
        assert path.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
