// Makes the memory that the browser's Python begins with: kql-lint is imported there, and has checked a few texts.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { loadPyodide } from "pyodide";

import { load } from "./test/load.mjs";

const { withoutTrampoline } = await load("src/python.ts");

const TOP = "/kql";
// The order of sets is in the snapshot, so let it be that of every build.
const env = { KQL_LINT_CACHE_DIR: `${TOP}/cache`, HOME: TOP, PYTHONHASHSEED: "0" };

/** The snapshot, and what was found in the examples (JSON) by their titles; folder is what bundle.py packed. */
export async function makeSnapshot(folder, examples) {
  const first = await loadPyodide({ env });
  write(first.FS, TOP, onDisk(folder));
  prepareOf(first).compile_and_read();
  // What compiling and reading leave behind is not to be kept: another one takes what they made.
  const second = await loadPyodide({ env, _makeSnapshot: true });
  write(second.FS, TOP, inMemory(first.FS, TOP));
  const prepare = prepareOf(second);
  const found = JSON.parse(prepare.fill(examples));
  prepare.destroy();
  withoutTrampoline(second);
  return { snapshot: second.makeMemorySnapshot(), found };
}

function prepareOf(pyodide) {
  pyodide.runPython(`import sys; sys.path.insert(0, '${TOP}')`);
  return pyodide.pyimport("prepare");
}

function* onDisk(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile()) yield [path.relative(folder, full).replaceAll(path.sep, "/"), readFileSync(full)];
  }
}

function* inMemory(FS, folder, below = "") {
  for (const name of FS.readdir(`${folder}/${below}`)) {
    if (name === "." || name === "..") continue;
    const relative = below + name;
    if (FS.isDir(FS.stat(`${folder}/${relative}`).mode)) yield* inMemory(FS, folder, `${relative}/`);
    else yield [relative, FS.readFile(`${folder}/${relative}`)];
  }
}

function write(FS, folder, files) {
  for (const [name, content] of files) {
    FS.mkdirTree(path.posix.dirname(`${folder}/${name}`), 0o700);
    FS.writeFile(`${folder}/${name}`, content);
  }
}
