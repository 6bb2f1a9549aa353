// Drives the packed extension in a real Visual Studio Code, all steps in one run, and says what it saw:
//
//   node test/drive.mjs CODE_SERVER PROGRAM SHOTS [untrusted]
//
// CODE_SERVER is the folder of an installed code-server (VS Code in a browser), PROGRAM the absolute path of a kql-lint
// with its language server, SHOTS a folder for screenshots. "untrusted" tries a workspace that is not trusted instead,
// since trust is asked for when VS Code starts. It needs Chromium (CHROMIUM, else /usr/bin/chromium).
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Window } from "./window.mjs";

const [codeServer, program, shots, only] = process.argv.slice(2);
const FILES = {
  ".kql-lint.toml": 'extend-select = ["KL501"]\n',
  "query.kql": "DeviceNetworkEvents\n| where Timestamp > ago(1d)\n",
  "lets.kql":
    "let Ports = dynamic([4444, 5555]);\nDeviceNetworkEvents\n| where RemotePort in (Ports)\n| where LocalPort !in (Ports)\n| join (DeviceEvents) on DeviceId\n",
  "rule.yaml": `id: 11111111-2222-4333-8444-555555555555
name: Listening
description: A port that a device listens on
severity: Medium
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [CommandAndControl]
relevantTechniques: [T1071]
query: |
  let Ports = dynamic([4444, 5555]);
  DeviceNetworkEvents
  | where ActionType == "ConnectionSucces"
  | where RemotePort in (Ports)
  | project TimeGenerated, DeviceName, RemoteIP
version: 1.0.0
kind: Scheduled
`,
};
const ON_SAVE = { "editor.codeActionsOnSave": { "source.fixAll.kql-lint": "explicit" } };
const TRUST = { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" };
const PROGRAM = { "kql-lint.path": program, ...ON_SAVE };
const WIDGET = ".suggest-widget.visible .monaco-list-row";
const ACTION = ".action-widget .monaco-list-row.action";

let window;

function seen(what) {
  console.log(`seen: ${what}`);
}

/** A finding that the configuration of the folder asks for, in a rule that a file alone holds. */
async function configuration() {
  await window.openFile("lets.kql", "let Ports");
  await window.page.waitForSelector(".squiggly-warning");
  await window.press("Control", "Shift", "M");
  seen(`.kql-lint.toml holds: "${await window.until(".markers-panel .monaco-list-row", "join without a kind")}"`);
}

async function findingInARule() {
  await window.openFile("rule.yaml", "ConnectionSucces");
  await window.page.waitForSelector(".squiggly-error");
  seen(`in a YAML rule: "${await window.until(".markers-panel .monaco-list-row", 'unknown ActionType "ConnectionSucces"')}"`);
}

/** The grammar gives a table and a column one colour (tests/integrations/test_vscode.py), the server's tokens two. */
async function colours() {
  const lines = ["DeviceNetworkEvents", "where ActionType", "where RemotePort"];
  const found = await window.poll(async () => {
    const parts = (await Promise.all(lines.map((line) => window.parts(line)))).flat();
    const all = Object.fromEntries(parts.filter(([text]) => /\w/.test(text)));
    return all.DeviceNetworkEvents === all.RemotePort ? undefined : all;
  });
  const distinct = [found.DeviceNetworkEvents, found.where, found.RemotePort, found.in, found['"ConnectionSucces"']];
  assert.equal(new Set(distinct).size, 5, JSON.stringify(found));
  seen(`colours of a query in YAML: ${JSON.stringify(found)}`);
  await shot("yaml");
}

async function quickFix() {
  await window.goTo(14, 30);
  await window.press("Control", ".");
  await window.until(ACTION, "ConnectionSuccess");
  seen(`offered: ${JSON.stringify(await window.rows(ACTION))}`);
  await shot("quick-fix");
  await window.press("Enter");
  await window.text('ActionType == "ConnectionSuccess"');
  await window.gone(".squiggly-error");
  seen("the quick fix was applied, and the squiggle is gone");
}

/** A finding appears as its text is typed, a value is completed in the string, and both without saving. */
async function typing() {
  await window.openFile("query.kql", "ago(1d)");
  await window.press("Control", "End");
  await window.type('| where ActionType == "ConnectionFaild');
  await window.press("Escape");
  await window.page.waitForSelector(".squiggly-error");
  seen(`as typed: "${await window.until(".markers-panel .monaco-list-row", 'unknown ActionType "ConnectionFaild"')}"`);
  await shot("as-typed");
}

async function completion() {
  for (let letters = "Faild".length; letters > 0; letters -= 1) await window.press("Backspace");
  await window.press("Control", "Space");
  await window.until(WIDGET, "ConnectionFailed");
  const rows = await window.rows(WIDGET);
  assert.ok(rows.every((row) => row.startsWith("Connection") || row.includes("Connection")), JSON.stringify(rows));
  await window.type("Fail");
  await window.page.waitForFunction((rowsOf) => document.querySelectorAll(rowsOf).length <= 2, {}, WIDGET);
  await shot("completion");
  await window.press("Enter");
  await window.text('ActionType == "ConnectionFailed"');
  await window.gone(".squiggly-error");
  seen(`completed in the string: ${JSON.stringify(rows.slice(0, 4).map((row) => row.split(",")[0]))}`);
}

async function hover() {
  await window.goTo(3, 30);
  await window.command("Show or Focus Hover");
  const said = await window.until(".monaco-hover:not(.hidden) .hover-contents", "ConnectionFailed");
  await shot("hover");
  await window.press("Escape");
  seen(`hover over an ActionType: ${JSON.stringify(said.slice(0, 200))}`);
}

async function fixOnSave() {
  await window.press("Control", "End");
  await window.type(" && RemotePort == 443");
  await window.press("Escape");
  await window.page.waitForSelector(".squiggly-error");
  await window.press("Control", "s");
  await window.text('"ConnectionFailed" and RemotePort == 443');
  const saved = await window.poll(() => {
    const content = readFileSync(path.join(window.folder, "query.kql"), "utf8");
    return content.endsWith('"ConnectionFailed" and RemotePort == 443') ? content : undefined;
  });
  seen(`fixed on save: ${JSON.stringify(saved.split("\n").at(-1))}`);
}

async function definition() {
  await window.openFile("lets.kql", "let Ports");
  await window.goTo(4, 24);
  await window.press("F12");
  await window.until(".statusbar-item", "Ln 1, Col 5");
  seen("the definition of a let is its name in the first line");
}

async function rename() {
  await window.press("F2");
  await window.page.waitForFunction(() => document.activeElement?.matches(".rename-box input") && document.activeElement.value === "Ports");
  await window.type("Watched");
  await shot("rename");
  await window.press("Enter");
  for (const line of ["let Watched = dynamic", "RemotePort in (Watched)", "LocalPort !in (Watched)"]) await window.text(line);
  seen("the let is renamed where it is declared and where it is used");
}

async function outline() {
  await window.press("Control", "Shift", "O");
  await window.until(".quick-input-list .monaco-list-row", "Watched");
  seen(`outline: ${JSON.stringify(await window.rows(".quick-input-list .monaco-list-row"))}`);
  await shot("outline");
  await window.press("Escape");
}

async function suppress() {
  await window.goTo(5, 4);
  await window.page.waitForSelector(".squiggly-warning");
  await window.press("Control", ".");
  await window.until(ACTION, "Suppress KL501 (join-without-kind) on this line");
  const rows = await window.rows(ACTION);
  const wanted = rows.findIndex((row) => row.includes("on this line"));
  for (let row = 0; row < wanted; row += 1) await window.press("ArrowDown");
  await shot("suppress");
  await window.press("Enter");
  await window.text("// kql-lint: disable-line=join-without-kind");
  await window.gone(".squiggly-warning");
  seen(`suppressed on its line; offered: ${JSON.stringify(rows)}`);
}

async function columns() {
  await window.goTo(3, 5);
  await window.command("kql-lint: Show Columns Here");
  await window.text("Behind: where RemotePort in (Watched)");
  await shot("columns");
  seen(`columns here: ${JSON.stringify((await window.text("Behind:")).split("\n").slice(0, 5))}`);
}

async function table() {
  await window.goTo(2, 5);
  await window.command("kql-lint: Show the Table");
  const said = await window.text("DeviceNetworkEvents (defender, sentinel)");
  await shot("table");
  seen(`the table: ${JSON.stringify(said.split("\n").slice(0, 3))}`);
}

/** The program goes away: the status bar says so, and a message how to install it. */
async function missing() {
  const before = await window.rows('.statusbar-item[id*="kql-lint"]');
  window.set({ "kql-lint.path": "/nowhere/kql-lint" });
  await window.reload();
  await window.openFile("query.kql", "ago(1d)");
  const said = await window.until(".notification-toast", "To install it: pipx install 'kql-lint[lsp]'");
  const after = await window.until('.statusbar-item[id*="kql-lint"].warning-kind, .statusbar-item.warning-kind', "kql-lint");
  seen(`without the program: ${JSON.stringify(said)}; the status ${JSON.stringify(before)} became ${JSON.stringify(after)}`);
  await shot("missing");
}

/** A workspace brings programs of its own, and a setting that names one; each leaves a mark where it is run. */
async function untrusted() {
  const mark = path.join(window.work, "it-was-run");
  for (const place of [path.join(".venv", "bin"), "bin"]) {
    mkdirSync(path.join(window.folder, place), { recursive: true });
    writeFileSync(path.join(window.folder, place, "kql-lint"), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
  }
  mkdirSync(path.join(window.folder, ".vscode"), { recursive: true });
  writeFileSync(path.join(window.folder, ".vscode", "settings.json"), '{"kql-lint.path": "${workspaceFolder}/bin/kql-lint"}');
  await window.reload();
  await window.openFile("query.kql", "ago(1d)");
  await window.until(".statusbar-item", "Restricted Mode");
  await window.until('.statusbar-item[id*="kql-lint"]', "kql-lint");
  assert.ok(!existsSync(mark), "a program of the workspace was run");
  seen("an untrusted workspace does not choose the program");
  await shot("untrusted");
}

let number = 0;

function shot(name) {
  number += 1;
  return window.shot(path.join(shots, `${String(number).padStart(2, "0")}-${name}.png`));
}

const TRUSTED = [configuration, findingInARule, colours, quickFix, typing, completion, hover, fixOnSave, definition, rename];
const STEPS = [...TRUSTED, outline, suppress, columns, table, missing];

mkdirSync(shots, { recursive: true });
try {
  window = await Window.open(codeServer, FILES, only === "untrusted" ? TRUST : PROGRAM);
  for (const step of only === "untrusted" ? [untrusted] : STEPS) {
    await step().catch(async (error) => {
      await shot(`failed-${step.name}`);
      throw new Error(`${step.name}: ${error.message}`, { cause: error });
    });
  }
} finally {
  await window?.close();
}
