// Runs kql-lint on Pyodide, apart from the page: loads everything once, then answers one question after another.

import type { Answer, Message, Question } from "./protocol";

interface Pyodide {
  unpackArchive(data: ArrayBuffer, format: string, options: { extractDir: string }): void;
  pyimport(name: string): { lint(file: string, text: string, platform: string): string };
  runPython(code: string): unknown;
  readonly FS: { writeFile(path: string, data: Uint8Array): void };
}

const base = new URL(".", self.location.href).href;

async function load(): Promise<(question: Question) => Answer> {
  const archives = Promise.all([fetched("kql_lint.zip"), fetched("tables.zip")]);
  archives.catch(() => {}); // it is awaited below
  const { loadPyodide } = (await import(/* the bundler leaves it alone */ `${base}pyodide/pyodide.mjs`)) as {
    loadPyodide(options: object): Promise<Pyodide>;
  };
  const pyodide = await loadPyodide({ indexURL: `${base}pyodide/`, env: { KQL_LINT_CACHE_DIR: "/kql/cache", HOME: "/kql" } });
  const [modules, tables] = await archives;
  pyodide.unpackArchive(modules, "zip", { extractDir: "/kql" });
  pyodide.FS.writeFile("/kql/tables.zip", new Uint8Array(tables));
  pyodide.runPython("import sys; sys.path.insert(0, '/kql')");
  const checker = pyodide.pyimport("lint");
  return ({ number, file, text, platform }) => ({ number, ...(JSON.parse(checker.lint(file, text, platform)) as Omit<Answer, "number">) });
}

async function fetched(name: string): Promise<ArrayBuffer> {
  const response = await fetch(base + name);
  if (!response.ok) {
    throw new Error(`${name} can't be loaded (${response.status})`);
  }
  return response.arrayBuffer();
}

function say(message: Message): void {
  self.postMessage(message);
}

let lint: ((question: Question) => Answer) | undefined;
let waiting: Question | undefined;

function answer(question: Question): void {
  if (lint === undefined) {
    waiting = question; // only the latest is of interest
    return;
  }
  try {
    say({ kind: "answer", answer: lint(question) });
  } catch (error) {
    say({ kind: "answer", answer: { number: question.number, findings: [], queries: 0, errors: [String(error)] } });
  }
}

self.addEventListener("message", (event: MessageEvent<Question>) => answer(event.data));
load().then(
  (loaded) => {
    lint = loaded;
    say({ kind: "ready" });
    if (waiting !== undefined) {
      answer(waiting);
    }
  },
  (error: unknown) => say({ kind: "failed", why: error instanceof Error ? error.message : String(error) }),
);
