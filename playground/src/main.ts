// The page: what is chosen and typed goes to the checker, what it finds is shown.

import examples from "../build/examples.json";
import { Checker } from "./checker";
import { Editor } from "./editor";
import { list, summary } from "./findings";
import type { Answer } from "./protocol";
import { fromFragment, toFragment } from "./share";

const PAUSE = 150; // milliseconds without typing before a text is checked

function found<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

const example = found<HTMLSelectElement>("example");
const file = found<HTMLSelectElement>("file");
const platform = found<HTMLSelectElement>("platform");
const share = found<HTMLButtonElement>("share");
const status = found("status");
const findings = found("findings");
const checker = new Checker(show, trouble); // it takes longest to load, so it comes first
const editor = new Editor(found("editor"), changed);
let checked = "";
let pause: ReturnType<typeof setTimeout> | undefined;

function changed(): void {
  clearTimeout(pause);
  pause = setTimeout(check, PAUSE);
}

function check(): void {
  clearTimeout(pause);
  checked = editor.text;
  checker.ask(file.value, checked, platform.value);
}

function show(answer: Answer): void {
  findings.removeAttribute("aria-busy");
  status.textContent = summary(answer);
  status.className = answer.errors.length > 0 ? "failed" : "";
  const acts = {
    select: editor.select.bind(editor),
    fix: (finding: Answer["findings"][number]) => {
      // Places are those of the text that was checked.
      if (finding.fix !== null && editor.text === checked) editor.apply(finding.fix.edits);
    },
  };
  findings.replaceChildren(...list(answer, acts));
  if (editor.text === checked) editor.mark(answer.findings);
}

function trouble(why: string): void {
  findings.removeAttribute("aria-busy");
  status.textContent = why;
  status.className = "failed";
  findings.replaceChildren();
}

function choose(select: HTMLSelectElement, value: string): void {
  if ([...select.options].some((option) => option.value === value)) select.value = value;
}

function showExample(number: number): void {
  const chosen = examples[number] ?? examples[0];
  if (chosen === undefined) return;
  choose(file, chosen.file);
  editor.show(chosen.text, chosen.file);
  check();
}

async function showLink(): Promise<boolean> {
  const shared = await fromFragment(location.hash.slice(1));
  if (shared === undefined) return false;
  choose(file, shared.file);
  choose(platform, shared.platform);
  editor.show(shared.text, file.value);
  check();
  return true;
}

async function copyLink(): Promise<void> {
  const fragment = await toFragment({ file: file.value, platform: platform.value, text: editor.text });
  history.replaceState(null, "", `#${fragment}`);
  const before = share.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
    share.textContent = "Copied";
  } catch {
    share.textContent = "It is in the address bar"; // the browser lets no page write to the clipboard
  }
  setTimeout(() => (share.textContent = before), 2000);
}

status.textContent = "Loading the checker …"; // said again: screen readers tell changes alone
examples.forEach(({ title }, number) => example.add(new Option(title, String(number))));
example.addEventListener("change", () => showExample(Number(example.value)));
platform.addEventListener("change", check);
file.addEventListener("change", () => {
  editor.setKind(file.value);
  check();
});
share.addEventListener("click", () => void copyLink());
addEventListener("hashchange", () => void showLink());
if (!(await showLink())) showExample(0);
