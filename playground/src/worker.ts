// Runs kql-lint on Pyodide, apart from the page: loads everything once, then answers one question after another.

import type { Answer, Message, Question } from "./protocol";
import { type Parts, type Python, restored } from "./python";

const base = new URL(".", self.location.href).href;
const folder = `${base}pyodide/`;

async function load(): Promise<(question: Question) => Answer> {
  const snapshot = unpacked("kql_lint.bin");
  snapshot.catch(() => {}); // it is awaited below
  const create = program();
  create.catch(() => {}); // and so is this
  const python = await restored({ folder, create, snapshot, anything: self.location.href });
  performance.mark("python");
  libraryOnDemand(python);
  const checker = python.pyimport("lint");
  performance.mark("checker");
  return ({ number, file, text, platform }) => ({ number, ...(JSON.parse(checker.lint(file, text, platform)) as Omit<Answer, "number">) });
}

async function program(): Promise<Awaited<Parts["create"]>> {
  const loaded = (await import(/* the bundler leaves it alone */ `${folder}pyodide.asm.mjs`)) as { default: Awaited<Parts["create"]> };
  performance.mark("program");
  return loaded.default;
}

/** The content of a file that is packed with gzip, however the server sends it. */
async function unpacked(name: string): Promise<Uint8Array> {
  const response = await fetch(base + name);
  if (!response.ok || response.body === null) {
    throw new Error(`${name} can't be loaded (${response.status})`);
  }
  const content = await new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  performance.mark("snapshot");
  return new Uint8Array(content);
}

/** What a text needs of Python's library is in the snapshot; should anything else be imported, it is loaded then. */
function libraryOnDemand({ FS }: Python): void {
  FS.unlink("/lib/python314.zip");
  FS.createLazyFile("/lib", "python314.zip", `${folder}python_stdlib.zip`, true, false);
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
  performance.mark("answer");
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
