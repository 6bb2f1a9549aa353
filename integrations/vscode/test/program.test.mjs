// Which program is run: never one that an untrusted workspace names or contains.
import assert from "node:assert/strict";
import test from "node:test";

import { load } from "./load.mjs";

const { findProgram } = await load("src/program.ts");

function found(programs, more = {}) {
  return findProgram({
    setting: "",
    folders: ["/work/rules"],
    trusted: true,
    home: "/home/me",
    environment: { PATH: "/usr/bin:/home/me/.local/bin" },
    windows: false,
    isProgram: (file) => programs.includes(file),
    ...more,
  });
}

const VENV = "/work/rules/.venv/bin/kql-lint";
const USER = "/home/me/.local/bin/kql-lint";

test("the environment of a trusted workspace comes before the PATH", () => {
  assert.deepEqual(found([USER, VENV]), { program: VENV });
  assert.deepEqual(found([USER, "/work/rules/venv/bin/kql-lint"]), { program: "/work/rules/venv/bin/kql-lint" });
  assert.deepEqual(found([USER]), { program: USER });
});

test("in an untrusted workspace nothing of the workspace is run, by whatever way it is named", () => {
  const environment = { PATH: ".:bin:/work/rules/bin:/work/rules:/home/me/.local/bin" };
  const own = [VENV, "/work/rules/bin/kql-lint", "/work/rules/kql-lint", "bin/kql-lint", "kql-lint"];

  assert.deepEqual(found([...own, USER], { trusted: false, environment }), { program: USER });
  assert.deepEqual(found(own, { trusted: false, environment }), {
    missing: "The program kql-lint is not installed, or not on your PATH.",
  });
});

test("relative entries of the PATH are never looked at", () => {
  const environment = { PATH: ".:bin::/usr/bin" };

  assert.ok("missing" in found(["kql-lint", "./kql-lint", "bin/kql-lint"], { environment }));
});

test("a folder whose name only begins like the workspace's is none of it", () => {
  const environment = { PATH: "/work/rules-tools/bin" };

  assert.deepEqual(found(["/work/rules-tools/bin/kql-lint"], { trusted: false, environment }), {
    program: "/work/rules-tools/bin/kql-lint",
  });
});

test("the setting wins, with the home and the workspace's folder filled in", () => {
  assert.deepEqual(found(["/opt/kql-lint", VENV], { setting: "/opt/kql-lint" }), { program: "/opt/kql-lint" });
  assert.deepEqual(found([USER], { setting: "~/.local/bin/kql-lint" }), { program: USER });
  assert.deepEqual(found(["/work/rules/x"], { setting: "${workspaceFolder}/x" }), { program: "/work/rules/x" });
});

test("a setting that names nothing is said, and no other program is taken in its place", () => {
  assert.deepEqual(found([USER], { setting: "/opt/kql-lint" }), {
    missing: "kql-lint.path names /opt/kql-lint, and there is no such program.",
  });
  assert.deepEqual(found(["kql-lint"], { setting: "kql-lint" }), {
    missing: 'kql-lint.path has to be an absolute path, and "kql-lint" is none.',
  });
});

test("on Windows it has another name and lies elsewhere, and the PATH may be called Path", () => {
  const windows = { windows: true, folders: ["C:\\rules"], environment: { Path: "C:\\tools;C:\\rules\\bin" } };

  assert.deepEqual(found(["C:\\rules\\.venv\\Scripts\\kql-lint.exe"], windows), {
    program: "C:\\rules\\.venv\\Scripts\\kql-lint.exe",
  });
  assert.deepEqual(found(["C:\\tools\\kql-lint.exe"], windows), { program: "C:\\tools\\kql-lint.exe" });
  assert.ok("missing" in found(["C:\\rules\\bin\\kql-lint.exe"], { ...windows, trusted: false }));
});
