// A real Visual Studio Code with the packed extension, and what a person does in it: keys, clicks, and looking.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

const VSIX = fileURLToPath(new URL("../dist/kql-lint.vsix", import.meta.url));
const MOST = 60_000; // milliseconds that anything is waited for
const FLAGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const SETTINGS = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
  "editor.minimap.enabled": false,
};

export class Window {
  /** Opens files (a text for each name) in a folder of their own; codeServer is the folder of an installed code-server. */
  static async open(codeServer, files, settings) {
    const work = mkdtempSync(path.join(os.tmpdir(), "kql-lint-drive-"));
    const folder = path.join(work, "rules");
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const window = new Window(work, folder);
    window.set(settings);
    await window.start(path.join(codeServer, "out", "node", "entry.js"));
    return window;
  }

  constructor(work, folder) {
    this.work = work;
    this.folder = folder;
  }

  async start(entry) {
    const folders = ["--user-data-dir", path.join(this.work, "data"), "--extensions-dir", path.join(this.work, "extensions")];
    execFileSync(process.execPath, [entry, ...folders, "--install-extension", VSIX], { stdio: "inherit" });
    const port = await freePort();
    const options = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
    this.server = spawn(process.execPath, [entry, ...folders, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    await new Promise((resolve) => this.server.stdout.on("data", (data) => String(data).includes("HTTP server") && resolve()));
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    this.browser = await puppeteer.launch({ executablePath, args: FLAGS.split(" "), defaultViewport: { width: 1400, height: 850 } });
    this.page = await this.browser.newPage();
    this.page.setDefaultTimeout(MOST);
    await this.page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(this.folder)}`, { waitUntil: "domcontentloaded" });
    await this.ready();
  }

  ready() {
    return this.page.waitForSelector(".monaco-workbench .explorer-viewlet .monaco-list-row");
  }

  async close() {
    await this.browser?.close();
    this.server?.kill();
    rmSync(this.work, { recursive: true, force: true });
  }

  /** Writes the user's settings, which a window takes when it is loaded. */
  set(settings) {
    const user = path.join(this.work, "data", "User");
    mkdirSync(user, { recursive: true });
    writeFileSync(path.join(user, "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
  }

  async reload() {
    await this.page.reload({ waitUntil: "domcontentloaded" });
    await this.ready();
  }

  /** Keys that are pressed together. */
  async press(...keys) {
    for (const key of keys.slice(0, -1)) await this.page.keyboard.down(key);
    await this.page.keyboard.press(keys.at(-1));
    for (const key of keys.slice(0, -1).reverse()) await this.page.keyboard.up(key);
  }

  type(text) {
    return this.page.keyboard.type(text, { delay: 40 });
  }

  /** Types into the list that F1 opens, without a choice. */
  async ask(text) {
    await this.press("F1");
    await this.page.waitForSelector(".quick-input-widget input", { visible: true });
    await this.press("Control", "A");
    await this.page.keyboard.type(text);
  }

  /** Chooses the first row of that list, once one has the text. */
  async pick(asked, row) {
    await this.ask(asked);
    await this.until(".quick-input-list .monaco-list-row", row);
    await this.press("Enter");
    await this.page.waitForFunction(() => !document.querySelector(".quick-input-widget")?.checkVisibility());
  }

  command(name) {
    return this.pick(`>${name}`, name);
  }

  async openFile(name, text) {
    await this.pick(name, name);
    await this.until(".tab.active", path.basename(name));
    await this.text(text);
  }

  /** Puts the cursor into a line and a column, both from 1. */
  async goTo(line, column) {
    await this.pick(`:${line}:${column}`, "Go to line");
    await this.until(".statusbar-item", `Ln ${line}, Col ${column}`);
  }

  /** Waits until an element has a text, and gives the whole text of the first one that does. */
  async until(selector, text) {
    const found = await this.page.waitForFunction(
      (where, wanted) =>
        [...document.querySelectorAll(where)].map((one) => (one.innerText || one.textContent).replaceAll("\u00a0", " ")).find((one) => one.includes(wanted)),
      {},
      selector,
      text,
    );
    return (await found.jsonValue()).trim();
  }

  /** Waits until an editor shows a text. */
  text(wanted) {
    return this.until(".editor-instance .view-lines", wanted);
  }

  /** The parts of a line that an editor shows, each with the class that colours it. */
  parts(wanted) {
    return this.page.evaluate((text) => {
      const lines = [...document.querySelectorAll(".editor-instance .view-line")];
      const line = lines.find((one) => one.textContent.replaceAll("\u00a0", " ").includes(text));
      return [...line.querySelectorAll("span span")].map((one) => [one.textContent.replaceAll("\u00a0", " ").trim(), getComputedStyle(one).color]);
    }, wanted);
  }

  /** What look gives, once it gives anything. */
  async poll(look) {
    for (const end = Date.now() + MOST; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
      const found = await look();
      if (found !== undefined) return found;
    }
    throw new Error(`nothing was seen in ${MOST / 1000} seconds`);
  }

  gone(selector) {
    return this.page.waitForFunction((where) => document.querySelector(where) === null, {}, selector);
  }

  rows(selector) {
    return this.page.$$eval(selector, (all) => all.map((one) => (one.getAttribute("aria-label") ?? one.textContent).trim()));
  }

  shot(file) {
    return this.page.screenshot({ path: file });
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
