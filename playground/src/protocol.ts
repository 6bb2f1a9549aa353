// What the page and the worker say to each other.

/** A place of the text; rows and columns count from 1, columns in code points. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Span {
  readonly location: Place;
  readonly end_location: Place;
}

export interface Edit extends Span {
  readonly content: string;
}

/** A finding as `--output-format json` has it. */
export interface Finding extends Span {
  readonly code: string;
  readonly name: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly help: string | null;
  readonly fix: { readonly safety: string; readonly message: string; readonly edits: readonly Edit[] } | null;
}

export interface Question {
  readonly number: number;
  /** The name of the file, which tells of what kind it is. */
  readonly file: string;
  readonly text: string;
  readonly platform: string;
}

export interface Answer {
  readonly number: number;
  readonly findings: readonly Finding[];
  readonly queries: number;
  /** What went wrong inside kql-lint; none, as a rule. */
  readonly errors: readonly string[];
}

export type Message =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "answer"; readonly answer: Answer };
