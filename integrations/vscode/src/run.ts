// Runs the program once, for the commands that print something.

import { execFile } from "node:child_process";

/** What a run printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const MOST_BYTES = 50_000_000;
const MOST_SECONDS = 60;

/** Runs a program with arguments, no shell between, and `input` on its standard input. */
export function run(program: string, args: readonly string[], folder: string | undefined, input = ""): Promise<Ran> {
  const options = { maxBuffer: MOST_BYTES, timeout: MOST_SECONDS * 1000, windowsHide: true, ...(folder ? { cwd: folder } : {}) };
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args], options, (error, output, errors) => {
      // A number is an exit code; all else, such as ENOENT, means that it did not run to its end.
      if (error !== null && typeof error.code !== "number") {
        reject(error);
      } else {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, output, errors });
      }
    });
    child.stdin?.on("error", () => {}); // it ended without reading all of it
    child.stdin?.end(input);
  });
}
