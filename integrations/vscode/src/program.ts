// Which kql-lint is run: the one of the settings, of a trusted workspace's environment, or of the PATH.

import * as path from "node:path";

/** What is known of the machine and the workspace; everything that the choice depends on. */
export interface Surroundings {
  /** The value of `kql-lint.path`; VS Code itself leaves out what an untrusted workspace says. */
  readonly setting: string;
  /** The folders of the workspace, as absolute paths. */
  readonly folders: readonly string[];
  readonly trusted: boolean;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly windows: boolean;
  /** Whether an absolute path is a file that can be run. */
  readonly isProgram: (file: string) => boolean;
}

/** The program, or why there is none. */
export type Found = { readonly program: string } | { readonly missing: string };

const ENVIRONMENTS = [".venv", "venv"];

/** The absolute path of the program; nothing is run by a bare name, which Windows would look for in the workspace. */
export function findProgram(around: Surroundings): Found {
  if (around.setting !== "") {
    const program = expanded(around);
    if (!pathOf(around).isAbsolute(program)) {
      return { missing: `kql-lint.path has to be an absolute path, and "${around.setting}" is none.` };
    }
    return around.isProgram(program)
      ? { program }
      : { missing: `kql-lint.path names ${program}, and there is no such program.` };
  }
  const program = candidates(around).find(around.isProgram);
  return program === undefined ? { missing: "The program kql-lint is not installed, or not on your PATH." } : { program };
}

function expanded(around: Surroundings): string {
  const first = around.folders[0] ?? "${workspaceFolder}";
  return around.setting.replace(/^~(?=[\\/])/, () => around.home).replaceAll("${workspaceFolder}", () => first);
}

function* inEnvironments(around: Surroundings): Iterable<string> {
  const paths = pathOf(around);
  for (const folder of around.trusted ? around.folders : []) {
    for (const name of ENVIRONMENTS) {
      yield around.windows
        ? paths.join(folder, name, "Scripts", "kql-lint.exe")
        : paths.join(folder, name, "bin", "kql-lint");
    }
  }
}

function* onPath(around: Surroundings): Iterable<string> {
  const paths = pathOf(around);
  const name = Object.keys(around.environment).find((key) => key.toUpperCase() === "PATH");
  const entries = (name === undefined ? "" : (around.environment[name] ?? "")).split(paths.delimiter);
  for (const entry of entries) {
    // A relative entry is one of the workspace; so is one in a folder of it, which needs trust.
    if (paths.isAbsolute(entry) && (around.trusted || !around.folders.some((folder) => isWithin(entry, folder, paths)))) {
      yield paths.join(entry, around.windows ? "kql-lint.exe" : "kql-lint");
    }
  }
}

function candidates(around: Surroundings): string[] {
  return [...inEnvironments(around), ...onPath(around)];
}

function isWithin(entry: string, folder: string, paths: path.PlatformPath): boolean {
  const relative = paths.relative(folder, entry);
  return relative === "" || (!relative.startsWith("..") && !paths.isAbsolute(relative));
}

function pathOf(around: Surroundings): path.PlatformPath {
  return around.windows ? path.win32 : path.posix;
}
