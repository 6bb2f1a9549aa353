// What `kql-lint trace --output-format json` says of a file, and which step of it a place belongs to.

/** A place of the file; lines and columns count from 1, columns in code points. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly origins: readonly { readonly table: string; readonly column: string }[];
}

export interface Known {
  readonly table: string;
  readonly column: string;
  readonly values: readonly string[] | null;
  readonly excluded: readonly string[];
  readonly conditions: readonly string[];
}

/** A source or an operator, with the columns in scope behind it. */
export interface Step {
  readonly text: string;
  readonly location: Place;
  readonly end_location: Place;
  readonly complete: boolean;
  readonly columns: readonly Column[];
  readonly known: readonly Known[];
}

export interface Traced {
  readonly steps: readonly Step[];
}

function isNotAfter(one: Place, other: Place): boolean {
  return one.row < other.row || (one.row === other.row && one.column <= other.column);
}

/** The innermost step that a place lies in; between two, the one that ends last before it. */
export function stepAt(queries: readonly Traced[], place: Place): Step | undefined {
  const begun = queries.flatMap((query) => query.steps).filter((step) => isNotAfter(step.location, place));
  const around = begun.filter((step) => isNotAfter(place, step.end_location));
  return around.length > 0 ? last(around, (step) => step.location) : last(begun, (step) => step.end_location);
}

function last(steps: readonly Step[], placeOf: (step: Step) => Place): Step | undefined {
  return steps.reduce<Step | undefined>(
    (found, step) => (found === undefined || isNotAfter(placeOf(found), placeOf(step)) ? step : found),
    undefined,
  );
}

/** The tables that the columns behind a step come from; of one column, if there is one of this name. */
export function tablesOf(step: Step, name = ""): string[] {
  const columns = step.columns.filter((column) => column.name === name);
  const from = columns.length > 0 ? columns : step.columns;
  return [...new Set(from.flatMap((column) => column.origins.map((origin) => origin.table)))];
}

/** A step for people: its columns, and what is known of their values. */
export function described(step: Step): string {
  const width = Math.max(0, ...step.columns.map((column) => column.name.length));
  const columns = step.columns.map((column) => `${column.name.padEnd(width)}  ${column.type}`);
  const known = step.known.map((one) => `${one.table}.${one.column} ${restriction(one)}`);
  return [
    `Behind: ${step.text.replace(/\s+/g, " ")}`,
    "",
    `Columns (${step.columns.length}${step.complete ? "" : ", and others that are not known"})`,
    ...columns.map((line) => `  ${line}`),
    ...(known.length > 0 ? ["", "Known of their values", ...known.map((line) => `  ${line}`)] : []),
    "",
  ].join("\n");
}

function restriction(one: Known): string {
  const parts = [
    ...(one.values === null ? [] : [`is ${one.values.map((value) => JSON.stringify(value)).join(" or ")}`]),
    ...(one.excluded.length > 0 ? [`is not ${one.excluded.map((value) => JSON.stringify(value)).join(" nor ")}`] : []),
    ...one.conditions,
  ];
  return parts.join(", ");
}

/** The column of a character in a line, in code points from 1, of its index in UTF-16. */
export function columnOf(line: string, character: number): number {
  return [...line.slice(0, character)].length + 1;
}
