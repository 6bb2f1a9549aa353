// The licences of the packages that a bundle holds, for the file that goes with it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** metafile is esbuild's; more are packages that are copied rather than bundled. The text, sorted by package. */
export function noticesOf(metafile, folder, more = []) {
  const bundled = Object.keys(metafile.inputs).map((file) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[0]);
  const packages = [...new Set([...bundled, ...more.map((name) => `node_modules/${name}/`)])].filter(Boolean).sort();
  return packages.map((place) => notice(path.join(folder, place))).join("\n");
}

function notice(place) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(place, "package.json"), "utf8"));
  const file = readdirSync(place).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file !== undefined && existsSync(path.join(place, file)) ? readFileSync(path.join(place, file), "utf8") : "";
  return `${"=".repeat(80)}\n${name} ${version} (${license})\n\n${text.trim()}\n`;
}
