// Reads {"scope": ..., "text": ...} on standard input and prints the tokens as VS Code would colour them: for each line
// a list of [text, scopes]. The grammars of YAML and Markdown are those of VS Code.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const textmate = require("vscode-textmate");
const oniguruma = require("vscode-oniguruma");

const folder = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
const files = new Map(manifest.contributes.grammars.map((one) => [one.scopeName, `${folder}/${one.path}`]));
const hosts = { "source.yaml": "yaml", "text.html.markdown": "markdown" };

async function grammarOf(scope) {
  const host = hosts[scope];
  const file = files.get(scope) ?? (host && require.resolve(`tm-grammars/grammars/${host}.json`));
  return file ? textmate.parseRawGrammar(await readFile(file, "utf8"), file) : null;
}

await oniguruma.loadWASM((await readFile(require.resolve("vscode-oniguruma/release/onig.wasm"))).buffer);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: grammarOf,
  getInjections: (scope) =>
    manifest.contributes.grammars.filter((one) => one.injectTo?.includes(scope)).map((one) => one.scopeName),
});

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { scope, text } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const grammar = await registry.loadGrammar(scope);
let stack = textmate.INITIAL;
const lines = text.split("\n").map((line) => {
  const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
  stack = ruleStack;
  return tokens.map((token) => [line.slice(token.startIndex, token.endIndex), token.scopes]);
});
process.stdout.write(JSON.stringify(lines));
