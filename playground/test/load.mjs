// Loads a module of the playground that needs nothing of the browser.
import * as esbuild from "esbuild";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));

export async function load(file) {
  const options = { absWorkingDir: folder, entryPoints: [file], bundle: true, format: "esm", platform: "node", external: ["node:*", "ws"], write: false };
  const { outputFiles } = await esbuild.build(options);
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
