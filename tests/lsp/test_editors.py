"""The server in Neovim and in Emacs, where they are installed: see CONTRIBUTING."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls")

from tests.lsp.texts import YAML, in_file, place_of

PATIENCE = 150

NEOVIM = """
local out = {{}}
vim.cmd("edit rule.yaml")
local buf = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({{ cmd = {command}, root_dir = vim.fn.getcwd() }})
vim.lsp.buf_attach_client(buf, id)
vim.wait(60000, function() return #vim.diagnostic.get(buf) > 0 end, 50)
out.found = vim.diagnostic.get(buf)
local function request(method, params)
  params.textDocument = {{ uri = vim.uri_from_bufnr(buf) }}
  for _, answer in pairs(vim.lsp.buf_request_sync(buf, method, params, 30000) or {{}}) do return answer.result end
end
local place = {{ line = {line}, character = {column} }}
local range = {{ start = place, ["end"] = place }}
local actions = request("textDocument/codeAction", {{ range = range, context = {{ diagnostics = {{}} }} }})
out.action = actions[1].title
vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
vim.wait(60000, function()
  for _, one in ipairs(vim.diagnostic.get(buf)) do if one.code == "KL101" then return false end end
  return true
end, 50)
out.left = vim.diagnostic.get(buf)
out.line = vim.api.nvim_buf_get_lines(buf, {line}, {line} + 1, false)[1]
local hover = request("textDocument/hover", {{ position = {{ line = {line}, character = 12 }} }})
out.hover = hover and hover.contents.value
local file = io.open("out.json", "w")
file:write(vim.fn.json_encode(out))
file:close()
vim.cmd("qa!")
"""

EMACS = """
(package-initialize)
(require 'eglot)
(require 'json)
(define-derived-mode kusto-mode prog-mode "KQL")
(add-to-list 'auto-mode-alist '("\\\\.kql\\\\'" . kusto-mode))
(add-to-list 'eglot-server-programs '(kusto-mode . {command}))
(setq eglot-sync-connect 60 eglot-connect-timeout 100 eglot-autoshutdown nil)
(find-file "a.kql")
(call-interactively #'eglot)
(let ((tries 600))
  (while (and (> tries 0) (not (flymake-diagnostics)))
    (setq tries (1- tries))
    (accept-process-output nil 0.1)))
(let ((found (mapcar (lambda (one) (list (line-number-at-pos (flymake-diagnostic-beg one))
                                         (buffer-substring (flymake-diagnostic-beg one) (flymake-diagnostic-end one))
                                         (flymake-diagnostic-text one)))
                     (flymake-diagnostics)))
      (items (progn
               (goto-char (point-min))
               (search-forward "\\"Conn")
               (jsonrpc-request (eglot-current-server) :textDocument/completion
                                (eglot--TextDocumentPositionParams) :timeout 60))))
  (with-temp-file "out.json"
    (insert (json-encode (list (cons 'found (vconcat (mapcar #'vconcat found)))
                               (cons 'labels (vconcat (mapcar (lambda (one) (plist-get one :label))
                                                              (plist-get items :items)))))))))
(kill-emacs 0)
"""


def command() -> list[str]:
    return [sys.executable, "-m", "kql_lint", "lsp"]


def run(words: list[str], project: Path) -> dict[str, object]:
    """What an editor wrote down, in a home of its own."""
    home = project / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    done = subprocess.run(
        words,
        cwd=project,
        env=environment,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    written = project / "out.json"
    assert written.exists(), done.stdout + done.stderr
    found: dict[str, object] = json.loads(written.read_text(encoding="utf-8"))
    return found


def test_neovim_shows_findings_in_a_rule_and_fixes_them(project: Path) -> None:
    if shutil.which("nvim") is None:
        pytest.skip("Neovim is not installed (Debian's package neovim)")
    (project / "rule.yaml").write_text(YAML, encoding="utf-8")
    line, column = place_of(YAML, '"ConnectionSucces"')
    script = project / "try.lua"
    words = "{" + ", ".join(json.dumps(word) for word in command()) + "}"
    script.write_text(NEOVIM.format(command=words, line=line, column=column), encoding="utf-8")

    out = run(["nvim", "--headless", "-u", "NONE", "-n", "-c", f"luafile {script}"], project)

    found = [one for one in out["found"] if one["code"] == "KL101"]  # type: ignore[attr-defined]
    assert [(one["lnum"], one["col"], one["end_col"]) for one in found] == [(line, column, column + 18)]
    assert out["action"] == 'Replace by "ConnectionSuccess"'
    assert out["line"] == '  | where ActionType == "ConnectionSuccess"'
    assert [one for one in out["left"] if one["code"] == "KL101"] == []  # type: ignore[attr-defined]
    assert "ActionType" in str(out["hover"])


def test_emacs_shows_findings_and_completes(project: Path) -> None:
    emacs = shutil.which("emacs")
    if emacs is None:
        pytest.skip("Emacs is not installed (Debian's packages emacs-nox and elpa-eglot)")
    probe = subprocess.run([emacs, "--batch", "--eval", "(progn (package-initialize) (require 'eglot))"], check=False)
    if probe.returncode:
        pytest.skip("Emacs has no eglot (Debian's package elpa-eglot)")
    text = in_file("a.kql", 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces" and "😀" != DeviceNam\n')
    (project / "a.kql").write_text(text, encoding="utf-8")
    script = project / "try.el"
    words = "(" + " ".join(json.dumps(word) for word in command()) + ")"
    script.write_text(EMACS.format(command=words), encoding="utf-8")

    out = run([emacs, "--batch", "-l", str(script)], project)

    places = {(line, text) for line, text, _ in out["found"]}  # type: ignore[attr-defined]
    assert {(2, '"ConnectionSucces"'), (2, "DeviceNam")} <= places
    assert "ConnectionSuccess" in out["labels"]  # type: ignore[operator]
