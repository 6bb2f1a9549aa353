// Builds the playground into ../build/playground, out of the packages in node_modules and of what bundle.py made.
import * as esbuild from "esbuild";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { noticesOf } from "../integrations/vscode/notices.mjs";
import { makeSnapshot } from "./snapshot.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = path.join(here, "..", "build", "playground");
const python = process.env.PLAYGROUND_PYTHON ?? path.join(here, "..", ".venv", "bin", "python");
// What Pyodide imports where it runs on Node.js.
const EXTERNAL = ["node:*", "ws"];
const RUNTIME = ["pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"];

execFileSync(python, [path.join(here, "bundle.py")], { stdio: "inherit" });
rmSync(out, { recursive: true, force: true });
mkdirSync(path.join(out, "pyodide"), { recursive: true });

const examples = readFileSync(path.join(here, "build", "examples.json"), "utf8");
const { snapshot, found } = await makeSnapshot(path.join(here, "build", "kql"), examples);
for (const [title, { findings, errors }] of Object.entries(found)) {
  if (errors.length > 0 || findings.length === 0) throw new Error(`the example ${title} gives ${JSON.stringify(errors)}`);
}
// Named so that no server takes it for something that it has to unpack.
writeFileSync(path.join(out, "kql_lint.bin"), gzipSync(snapshot, { level: 9 }));

for (const name of RUNTIME) cpSync(path.join(here, "node_modules", "pyodide", name), path.join(out, "pyodide", name));
for (const name of ["index.html", "style.css"]) cpSync(path.join(here, "src", name), path.join(out, name));
const { metafile } = await esbuild.build({
  absWorkingDir: here,
  external: EXTERNAL,
  entryPoints: { main: "src/main.ts", worker: "src/worker.ts" },
  bundle: true,
  format: "esm",
  metafile: true,
  minify: true,
  outdir: out,
  target: "es2022",
});
const own = readFileSync(path.join(here, "build", "licences.txt"), "utf8");
writeFileSync(path.join(out, "licences.txt"), own + noticesOf(metafile, here));
process.exit(0); // Pyodide keeps the process alive
