// From kql-lint's places to the editor's offsets.

import type { Text } from "@codemirror/state";

import type { Place } from "./protocol";

/** The offset in the editor's text of a place; past its line's end, that end. */
export function offsetOf(text: Text, place: Place): number {
  const line = text.line(Math.min(Math.max(place.row, 1), text.lines));
  const before = [...line.text].slice(0, place.column - 1).join("").length;
  return line.from + Math.min(before, line.length);
}
