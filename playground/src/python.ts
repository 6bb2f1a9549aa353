// Starts Python with the memory that it had when the page was built (snapshot.mjs): nothing is imported or read again.

import { loadPyodide } from "pyodide";
import { info } from "pyodide/pyodide-lock.json";

/** Emscripten's side of Pyodide, as far as it is needed here. */
interface Emscripten {
  readonly HEAP32: Int32Array;
  readonly __PyRuntime: number;
  readonly __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
}

type Done = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;
type Settings = { instantiateWasm: (imports: WebAssembly.Imports, done: Done) => unknown };
type Create = (settings: Settings) => Promise<Emscripten>;

interface Checker {
  lint(file: string, text: string, platform: string): string;
}

export interface Python {
  pyimport(name: "lint"): Checker;
  readonly FS: {
    unlink(path: string): void;
    createLazyFile(folder: string, name: string, url: string, canRead: boolean, canWrite: boolean): void;
  };
  readonly _module: Emscripten;
}

export interface Parts {
  /** The address, or the path, of the folder with Pyodide's files, with a "/" behind it. */
  readonly folder: string;
  /** What pyodide.asm.mjs exports; all is loaded at the same time. */
  readonly create: Promise<Create>;
  readonly snapshot: Promise<Uint8Array>;
  /** A small file that is there. */
  readonly anything: string;
}

const PAGE = 65_536; // bytes
const NO_PACKAGES = { info, packages: {} };

/**
 * Where the memory says which function calls others of Python. It is made when Python is started, and not everywhere,
 * so each browser has to put its own there: one that another machine made leads into nothing.
 */
function trampoline({ HEAP32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET }: Emscripten): number {
  return (__PyRuntime + (HEAP32[__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET / 4] ?? 0)) / 4;
}

/** To be called before a snapshot is made: the one that restores it calls functions without help at first. */
export function withoutTrampoline({ _module }: { readonly _module: Emscripten }): void {
  _module.HEAP32[trampoline(_module)] = 0;
}

export async function restored({ folder, create, snapshot, anything }: Parts): Promise<Python> {
  const size = snapshot.then(({ length }) => length);
  let own = 0;
  const createPyodideModule = async (settings: Settings): Promise<Emscripten> => {
    const bytes = await size;
    const { instantiateWasm } = settings;
    settings.instantiateWasm = (imports, done) =>
      instantiateWasm(imports, (instance, module) => {
        grow(instance.exports["memory"] as WebAssembly.Memory, bytes);
        done(instance, module);
      });
    const made = await (await create)(settings);
    own = made.HEAP32[trampoline(made)] ?? 0;
    return made;
  };
  const options = { indexURL: folder, stdLibURL: anything, lockFileContents: NO_PACKAGES, env: { HOME: "/kql" }, _loadSnapshot: snapshot };
  const pyodide = (await loadPyodide({ ...options, createPyodideModule } as unknown as Parameters<typeof loadPyodide>[0])) as unknown as Python;
  pyodide._module.HEAP32[trampoline(pyodide._module)] = own;
  return pyodide;
}

/** Pyodide leaves it to the machine that begins with a snapshot to have as much memory. */
function grow(memory: WebAssembly.Memory, bytes: number): void {
  const lacking = bytes - memory.buffer.byteLength;
  if (lacking > 0) memory.grow(Math.ceil(lacking / PAGE));
}
