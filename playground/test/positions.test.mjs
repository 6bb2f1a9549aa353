// Places in code points become offsets in UTF-16.
import assert from "node:assert/strict";
import { Text } from "@codemirror/state";
import test from "node:test";

import { load } from "./load.mjs";

const { offsetOf } = await load("src/positions.ts");
const TEXT = Text.of(["a🦊b", "", "cd"]);

test("characters of two halves count once", () => {
  assert.equal(offsetOf(TEXT, { row: 1, column: 2 }), 1);
  assert.equal(offsetOf(TEXT, { row: 1, column: 3 }), 3);
  assert.equal(offsetOf(TEXT, { row: 3, column: 2 }), 7);
});

test("what is past a line or the text is its end", () => {
  assert.equal(offsetOf(TEXT, { row: 2, column: 9 }), 5);
  assert.equal(offsetOf(TEXT, { row: 3, column: 9 }), 8);
  assert.equal(offsetOf(TEXT, { row: 9, column: 1 }), 6);
});
