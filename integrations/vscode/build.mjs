// Bundles the extension into dist/extension.js; with --watch, again whenever a source changes.
import * as esbuild from "esbuild";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { noticesOf } from "./notices.mjs";

const options = {
  entryPoints: ["src/extension.ts"],
  bundle: true,
  external: ["vscode"],
  format: "cjs",
  metafile: true,
  minify: true,
  outfile: "dist/extension.js",
  platform: "node",
  target: "node20",
};

if (process.argv.includes("--watch")) {
  await (await esbuild.context({ ...options, minify: false, sourcemap: true })).watch();
} else {
  const { metafile } = await esbuild.build(options);
  writeFileSync("dist/ThirdPartyNotices.txt", noticesOf(metafile, fileURLToPath(new URL(".", import.meta.url))));
}
