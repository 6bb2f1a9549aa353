// Drives the packed extension in a real Visual Studio Code, and says what it saw:
//
//   node test/drive.mjs CODE_SERVER PROGRAM SHOTS [STEP...]
//
// CODE_SERVER is the folder of an installed code-server (VS Code in a browser), PROGRAM the absolute path of a kql-lint
// with its language server, SHOTS a folder for screenshots; without a STEP (a function of this file) all are taken
// but "untrusted", which needs a start of its own. It needs Chromium (CHROMIUM, else /usr/bin/chromium).
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

const [codeServer, program, shots, ...chosen] = process.argv.slice(2);
const VSIX = fileURLToPath(new URL("../dist/kql-lint.vsix", import.meta.url));
const MOST = 60_000; // milliseconds that anything is waited for
const RULE = `id: 11111111-2222-4333-8444-555555555555
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
  DeviceNetworkEvents
  | where ActionType == "ConnectionSucces"
  | where RemotePort in (4444, 5555)
  | project TimeGenerated, DeviceName, RemoteIP
version: 1.0.0
kind: Scheduled
`;
const QUERY = 'DeviceNetworkEvents\n| where ActionType == "ListeningConnectionCreated"\n';

const work = mkdtempSync(path.join(os.tmpdir(), "kql-lint-drive-"));
const folder = path.join(work, "rules");
const user = path.join(work, "data", "User");
mkdirSync(folder);
mkdirSync(user, { recursive: true });
mkdirSync(shots, { recursive: true });
writeFileSync(path.join(folder, "rule.yaml"), RULE);
writeFileSync(path.join(folder, "query.kql"), QUERY);
const settings = {
  "kql-lint.path": program,
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
  "editor.minimap.enabled": false,
};

const TRUST = { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" };

function write(more) {
  writeFileSync(path.join(user, "settings.json"), JSON.stringify({ ...settings, ...more }));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

write(chosen.includes("untrusted") ? TRUST : {});
const entry = path.join(codeServer, "out", "node", "entry.js");
const folders = ["--user-data-dir", path.join(work, "data"), "--extensions-dir", path.join(work, "extensions")];
execFileSync(process.execPath, [entry, ...folders, "--install-extension", VSIX], { stdio: "inherit" });
const port = await freePort();
const options = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
const server = spawn(process.execPath, [entry, ...folders, ...options], { stdio: ["ignore", "pipe", "pipe"] });
await new Promise((resolve) => server.stdout.on("data", (data) => String(data).includes("HTTP server") && resolve()));

const flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking";
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [...flags.split(" "), "--disable-component-update", "--disable-sync"],
  defaultViewport: { width: 1400, height: 850 },
});
const page = await browser.newPage();
page.setDefaultTimeout(MOST);

async function press(...keys) {
  for (const key of keys.slice(0, -1)) await page.keyboard.down(key);
  await page.keyboard.press(keys.at(-1));
  for (const key of keys.slice(0, -1).reverse()) await page.keyboard.up(key);
}

async function pick(prefix, text, row) {
  await press("F1");
  await page.waitForSelector(".quick-input-widget input", { visible: true });
  await press("Control", "A");
  await page.keyboard.type(prefix + text);
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll(".quick-input-list .monaco-list-row")].some((one) => one.textContent.includes(wanted)),
    {},
    row ?? text,
  );
  await press("Enter");
}

const open = (name) => pick("", name, name);
const command = (name) => pick(">", name);
const editorText = () =>
  page.evaluate(() => [...document.querySelectorAll(".editor-instance .view-lines")].map((one) => one.innerText.replaceAll("\u00a0", " ")));
const until = (text) =>
  page.waitForFunction(
    (wanted) => [...document.querySelectorAll(".editor-instance .view-lines")].some((one) => one.innerText.replaceAll("\u00a0", " ").includes(wanted)),
    {},
    text,
  );
const save = async (name) => page.screenshot({ path: path.join(shots, `${name}.png`) });

async function goTo(line, column) {
  await pick("", `:${line}:${column}`, "Go to line");
}

function seen(what) {
  console.log(`seen: ${what}`);
}

async function diagnosticsInARule() {
  await open("rule.yaml");
  await page.waitForSelector(".squiggly-error");
  await press("Control", "Shift", "M");
  const row = await page.waitForSelector(".markers-panel .monaco-list-row .marker-message, .markers-panel .marker-message-line");
  const said = await row.evaluate((one) => one.closest(".monaco-list-row").textContent);
  assert.match(said, /unknown ActionType "ConnectionSucces" for DeviceNetworkEvents/);
  seen(`a squiggle and the problem "${said}" in a YAML rule`);
  await save("1-diagnostics");
}

async function coloursInARule() {
  const classes = await page.evaluate(() => {
    const line = [...document.querySelectorAll(".view-line")].find((one) => one.textContent.includes("ConnectionSucces"));
    return [...line.querySelectorAll("span span")].map((one) => [one.textContent.replaceAll("\u00a0", " ").trim(), one.className]);
  });
  const distinct = new Set(classes.map(([, name]) => name));
  assert.ok(distinct.size >= 3, JSON.stringify(classes));
  seen(`the query in YAML is coloured as KQL: ${JSON.stringify(classes)}`);
}

async function quickFix() {
  await page.click(".editor-instance .view-lines");
  await goTo(13, 30);
  await page.waitForFunction(() => document.querySelector(".squiggly-error") !== null);
  await press("Control", ".");
  await page.waitForSelector(".action-widget .monaco-list-row", { visible: true });
  const offered = await page.$$eval(".action-widget .monaco-list-row", (rows) => rows.map((row) => row.textContent.trim()));
  seen(`offered: ${JSON.stringify(offered)}`);
  await save("2-quick-fix");
  await press("Enter");
  await until('ActionType == "ConnectionSuccess"');
  await page.waitForFunction(() => document.querySelector(".squiggly-error") === null);
  seen("the quick fix was applied, and the squiggle is gone");
}

async function completion() {
  await open("query.kql");
  await until("ListeningConnectionCreated");
  await page.click(".editor-instance .view-lines");
  await press("Control", "End");
  await page.keyboard.type("| where Remote");
  await press("Control", "Space");
  await page.waitForSelector(".suggest-widget.visible .monaco-list-row");
  const rows = await page.$$eval(".suggest-widget .monaco-list-row", (all) => all.map((row) => row.getAttribute("aria-label")));
  assert.ok(rows.some((row) => row.startsWith("RemotePort")), JSON.stringify(rows));
  seen(`completed: ${JSON.stringify(rows.slice(0, 6))}`);
  await save("3-completion");
  await press("Escape");
}

async function columns() {
  await open("query.kql");
  await until("ListeningConnectionCreated");
  await goTo(2, 5);
  await command("kql-lint: Show Columns Here");
  await until("Behind: where ActionType");
  const shown = (await editorText()).find((text) => text.includes("Behind:"));
  assert.match(shown, /DeviceName\s+string/);
  seen("the columns behind the operator at the cursor");
  await save("4-columns");
}

async function table() {
  await goTo(1, 5);
  await command("kql-lint: Show the Table");
  await until("DeviceNetworkEvents (defender, sentinel)");
  seen("the table at the cursor");
  await save("5-table");
}

async function reloaded(more) {
  write(more);
  await page.reload({ waitUntil: "domcontentloaded" });
  await page.waitForSelector(".monaco-workbench .explorer-viewlet .monaco-list-row");
  await open("query.kql");
  await until("ListeningConnectionCreated");
}

async function toast(text) {
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll(".notification-toast")].some((one) => one.textContent.includes(wanted)),
    {},
    text,
  );
  return page.$$eval(".notification-toast", (all) => all.map((one) => one.textContent.trim()));
}

async function missing() {
  await reloaded({ "kql-lint.path": "/nowhere/kql-lint" });
  seen(`without the program: ${JSON.stringify(await toast("there is no such program"))}`);
  await save("6-missing");
}

/** To be taken alone: trust is asked for when VS Code starts. A workspace brings programs of its own, and a setting that names one; each leaves a mark where it is run. */
async function untrusted() {
  const mark = path.join(work, "it-was-run");
  for (const place of [path.join(".venv", "bin"), "bin"]) {
    mkdirSync(path.join(folder, place), { recursive: true });
    writeFileSync(path.join(folder, place, "kql-lint"), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
  }
  mkdirSync(path.join(folder, ".vscode"), { recursive: true });
  writeFileSync(path.join(folder, ".vscode", "settings.json"), '{"kql-lint.path": "${workspaceFolder}/bin/kql-lint"}');
  await reloaded(TRUST);
  await page.waitForFunction(() => [...document.querySelectorAll(".statusbar-item")].some((one) => one.textContent.includes("Restricted Mode")));
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".statusbar-item")].some((one) => /^(check|warning).*kql-lint/.test(one.getAttribute("aria-label") ?? "")),
  );
  const status = await page.$$eval(".statusbar-item", (all) => all.map((one) => one.getAttribute("aria-label")).filter((one) => /kql-lint|Restricted/.test(one ?? "")));
  assert.ok(!existsSync(mark), "a program of the workspace was run");
  seen(`an untrusted workspace does not choose the program: ${JSON.stringify(status)}`);
  await save("7-untrusted");
}

try {
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(".monaco-workbench .explorer-viewlet .monaco-list-row");
  const steps = [diagnosticsInARule, coloursInARule, quickFix, completion, columns, table, missing];
  const taken = chosen.length === 0 ? steps : [...steps, untrusted].filter((one) => chosen.includes(one.name));
  for (const step of taken) {
    await step().catch(async (error) => {
      await save("failed");
      throw new Error(`${step.name}: ${error.message}`, { cause: error });
    });
  }
} finally {
  await browser.close();
  server.kill();
  rmSync(work, { recursive: true, force: true });
}
