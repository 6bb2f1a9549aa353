// Opens the built playground in headless Chromium, uses it, and prints what it saw as JSON:
//
//   node test/drive.mjs FOLDER [SHOTS]
//
// FOLDER is what `make playground` made, SHOTS a folder for screenshots. CHROMIUM names the browser, else /usr/bin/chromium.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import puppeteer from "puppeteer-core";

import { serve } from "./serve.mjs";

const [folder, shots] = process.argv.slice(2);
if (!folder || !existsSync(path.join(folder, "index.html"))) {
  console.error(`no playground in ${folder ?? "the folder, which is missing"}: make playground`);
  process.exit(2);
}
const MOST = 120_000; // milliseconds that anything is waited for
const HOSTILE = 'let x = "<img src=x onerror=\'document.title=1\'>";\n<script>document.title=2</script> | where "</li><b>" == x\n';
const FLAGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const { server, asked, port } = await serve(folder);
const address = `http://127.0.0.1:${port}/`;
const profile = mkdtempSync(path.join(os.tmpdir(), "kql-lint-playground-"));
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: FLAGS.split(" "),
  userDataDir: profile,
  defaultViewport: { width: 1300, height: 800 },
});
const seen = { errors: [], outside: [] };

async function opened(fragment = "") {
  const page = await browser.newPage();
  page.setDefaultTimeout(MOST);
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url())) seen.outside.push(request.url());
  });
  await page.goto(`${address}${fragment}`, { waitUntil: "domcontentloaded" });
  return page;
}

/** What the page says; after is a status that is to be gone. */
async function answer(page, after = /^Loading/) {
  await page.waitForFunction(
    (source) => !new RegExp(source).test(document.querySelector("#status").textContent),
    { polling: 20 },
    after.source,
  );
  return state(page);
}

function state(page) {
  return page.evaluate(() => ({
    status: document.querySelector("#status").textContent,
    findings: [...document.querySelectorAll("#findings li")].map((one) => one.innerText),
    text: document.querySelector("#editor").shadowRoot.querySelector(".cm-content").innerText,
    markup: document.querySelectorAll("#findings li img, #findings li script, #findings li b, #editor img").length,
    title: document.title,
  }));
}

async function type(page, text) {
  const place = await page.$("#editor >>> .cm-content");
  await place.focus();
  await page.keyboard.down("Control");
  await page.keyboard.press("A");
  await page.keyboard.up("Control");
  await page.evaluate((status) => (document.querySelector("#status").textContent = status), "waiting");
  await page.keyboard.sendCharacter(text);
  return answer(page, /^waiting$/);
}

async function shot(page, name) {
  if (shots) await page.screenshot({ path: path.join(shots, `${name}.png`) });
}

try {
  const began = performance.now();
  const page = await opened();
  seen.first = await answer(page);
  seen.milliseconds = Math.round(performance.now() - began);
  seen.steps = Object.fromEntries(
    await page.workers()[0].evaluate(() => performance.getEntriesByType("mark").map((one) => [one.name, Math.round(one.startTime)])),
  );
  const session = await browser.target().createCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  seen.processor = Object.fromEntries(processInfo.map(({ type, id, cpuTime }) => [`${type} ${id}`, cpuTime]));
  await shot(page, "playground");
  seen.marks = await page.$$eval("#editor >>> .cm-lintRange", (all) => all.map((one) => one.textContent));
  seen.colours = await page.evaluate(() => {
    const line = document.querySelector("#editor").shadowRoot.querySelectorAll(".cm-line")[3];
    return [...line.querySelectorAll("span")].map((one) => [one.textContent, getComputedStyle(one).color]);
  });

  seen.fixable = await type(page, 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n');
  await page.evaluate(() => (document.querySelector("#status").textContent = "waiting"));
  await page.click("#findings .fix");
  seen.fixed = await answer(page, /^waiting$/);

  await page.evaluate(() => (document.querySelector("#status").textContent = "waiting"));
  await page.select("#file", "rule.yaml");
  await answer(page, /^waiting$/);
  seen.yaml = await type(page, "id: x\nquery: |\n  DeviceNetworkEvents\n  | where RemotePrt == 1\n");
  await page.evaluate(() => (document.querySelector("#status").textContent = "waiting"));
  await page.select("#platform", "sentinel");
  seen.sentinel = await answer(page, /^waiting$/);
  await page.click("#share");
  await page.waitForFunction(() => location.hash.length > 10);
  const fragment = await page.evaluate(() => location.hash);
  const again = performance.now();
  const other = await opened(fragment);
  seen.shared = await answer(other);
  seen.secondMilliseconds = Math.round(performance.now() - again);
  seen.chosen = await other.evaluate(() => [document.querySelector("#file").value, document.querySelector("#platform").value]);
  await other.close();

  await page.evaluate(() => (document.querySelector("#status").textContent = "waiting"));
  await page.select("#file", "rule.kql");
  await answer(page, /^waiting$/);
  seen.hostile = await type(page, HOSTILE);
  await shot(page, "playground-hostile");
  const broken = await opened("#1.AAAA");
  seen.broken = await answer(broken);
  seen.asked = [...new Set(asked)].sort();
} finally {
  await browser.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}
process.stdout.write(JSON.stringify(seen, null, 1));
