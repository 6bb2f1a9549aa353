// Prints what the built playground says of texts, without a browser: node test/answers.mjs FOLDER < QUESTIONS
//
// FOLDER is what `make playground` made; a question is [file, text, platform].
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

import { load } from "./load.mjs";

const questions = JSON.parse(readFileSync(0, "utf8")); // before Python takes the input for its own
const built = path.resolve(process.argv[2]);
const folder = `${path.join(built, "pyodide")}${path.sep}`;
const { restored } = await load("src/python.ts");
const create = import(pathToFileURL(path.join(folder, "pyodide.asm.mjs")).href).then((loaded) => loaded.default);
const snapshot = Promise.resolve(new Uint8Array(gunzipSync(readFileSync(path.join(built, "kql_lint.bin")))));
const python = await restored({ folder, create, snapshot, anything: fileURLToPath(import.meta.url) });
const checker = python.pyimport("lint");
const answers = questions.map((question) => JSON.parse(checker.lint(...question)));
process.stdout.write(JSON.stringify(answers), () => process.exit(0)); // Pyodide keeps the process alive
