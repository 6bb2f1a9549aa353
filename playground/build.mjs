// Builds the playground into ../build/playground, out of the packages in node_modules and of what bundle.py made.
import * as esbuild from "esbuild";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

import { noticesOf } from "../integrations/vscode/notices.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = path.join(here, "..", "build", "playground");
const python = process.env.PLAYGROUND_PYTHON ?? path.join(here, "..", ".venv", "bin", "python");
const RUNTIME = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];

execFileSync(python, [path.join(here, "bundle.py")], { stdio: "inherit" });
rmSync(out, { recursive: true, force: true });
mkdirSync(path.join(out, "pyodide"), { recursive: true });

// The Python of the browser compiles and reads everything once, here.
const examples = readFileSync(path.join(here, "build", "examples.json"), "utf8");
const pyodide = await loadPyodide({ env: { KQL_LINT_CACHE_DIR: "/kql/cache", HOME: "/kql" } });
pyodide.unpackArchive(new Uint8Array(readFileSync(path.join(here, "build", "kql.zip"))), "zip", { extractDir: "/kql" });
pyodide.runPython("import sys; sys.path.insert(0, '/kql')");
const found = JSON.parse(pyodide.pyimport("prepare").prepare(examples));
for (const [title, { findings, errors }] of Object.entries(found)) {
  if (errors.length > 0 || findings.length === 0) throw new Error(`the example ${title} gives ${JSON.stringify(errors)}`);
}
for (const name of ["kql_lint.zip", "tables.zip"]) writeFileSync(path.join(out, name), pyodide.FS.readFile(`/${name}`));

for (const name of RUNTIME) cpSync(path.join(here, "node_modules", "pyodide", name), path.join(out, "pyodide", name));
for (const name of ["index.html", "style.css"]) cpSync(path.join(here, "src", name), path.join(out, name));
const { metafile } = await esbuild.build({
  absWorkingDir: here,
  entryPoints: { main: "src/main.ts", worker: "src/worker.ts" },
  bundle: true,
  format: "esm",
  metafile: true,
  minify: true,
  outdir: out,
  target: "es2022",
});
const own = readFileSync(path.join(here, "build", "licences.txt"), "utf8");
writeFileSync(path.join(out, "licences.txt"), own + noticesOf(metafile, here, ["pyodide"]));
process.exit(0); // Pyodide keeps the process alive
