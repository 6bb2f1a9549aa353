// Which step of a traced file a place belongs to, and how a step is shown.
import assert from "node:assert/strict";
import test from "node:test";

import { load } from "./load.mjs";

const { columnOf, described, stepAt, tablesOf } = await load("src/queries.ts");

const column = (name, type, ...tables) => ({ name, type, origins: tables.map((table) => ({ table, column: name })) });
const step = (text, row, start, end, columns, known = []) => ({
  text,
  location: { row, column: start },
  end_location: { row, column: end },
  complete: true,
  columns,
  known,
});

const SOURCE = step("DeviceEvents", 2, 3, 15, [column("DeviceId", "string", "DeviceEvents")]);
const JOINED = step("SigninLogs", 3, 9, 19, [column("UserId", "string", "SigninLogs")]);
const JOIN = step("join (SigninLogs) on $left.a == $right.b", 3, 3, 45, [
  column("DeviceId", "string", "DeviceEvents"),
  column("UserId", "string", "SigninLogs"),
  column("Both", "long"),
]);
const QUERIES = [{ steps: [SOURCE, JOINED, JOIN] }];

test("the step at a place is the innermost around it, or the one before it", () => {
  assert.equal(stepAt(QUERIES, { row: 1, column: 1 }), undefined);
  assert.equal(stepAt(QUERIES, { row: 2, column: 3 }), SOURCE);
  assert.equal(stepAt(QUERIES, { row: 3, column: 4 }), JOIN);
  assert.equal(stepAt(QUERIES, { row: 3, column: 12 }), JOINED);
  assert.equal(stepAt(QUERIES, { row: 3, column: 2 }), SOURCE);
  assert.equal(stepAt(QUERIES, { row: 9, column: 1 }), JOIN);
});

test("behind a nested query the step is the operator around it again", () => {
  assert.equal(stepAt(QUERIES, { row: 3, column: 30 }), JOIN);
});

test("the tables of a column are its own, else those of all columns", () => {
  assert.deepEqual(tablesOf(JOIN, "UserId"), ["SigninLogs"]);
  assert.deepEqual(tablesOf(JOIN, "Nothing"), ["DeviceEvents", "SigninLogs"]);
});

test("a step is shown with its columns and what is known of their values", () => {
  const known = [
    { table: "T", column: "ActionType", values: ["a", 'b"c'], excluded: [], conditions: [] },
    { table: "T", column: "Port", values: null, excluded: ["x"], conditions: ["> 1024"] },
  ];
  const shown = described({
    ...step("where\n  A == 1", 1, 1, 5, [column("A", "long"), column("Longer", "string")], known),
    complete: false,
  });

  assert.equal(
    shown,
    [
      "Behind: where A == 1",
      "",
      "Columns (2, and others that are not known)",
      "  A       long",
      "  Longer  string",
      "",
      "Known of their values",
      '  T.ActionType is "a" or "b\\"c"',
      '  T.Port is not "x", > 1024',
      "",
    ].join("\n"),
  );
});

test("columns count code points", () => {
  assert.equal(columnOf("🦊 x", 3), 3);
});
