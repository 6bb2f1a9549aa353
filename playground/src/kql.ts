// Colours for KQL, and for the queries in YAML; the words come from the grammar of kql-lint.

import { StreamLanguage, type StreamParser, type StringStream } from "@codemirror/language";

import words from "../build/words.json";

const kinds = new Map<string, string>();
for (const [names, kind] of [
  [words.keywords, "keyword"],
  [words.combining, "operatorKeyword"],
  [words.operators, "keyword"],
] as const) {
  for (const name of names) kinds.set(name, kind);
}
const functions = new Set([...words.scalar, ...words.aggregate, ...words.plugin, ...words.source]);
const types = new Set(words.types);
const { patterns } = words;
const NUMBER = new RegExp(`(?:${patterns.TIMESPAN}|${patterns.REAL}|${patterns.INTEGER})`, "y");
const WORD_OPERATOR = new RegExp(`(?:${patterns.WORD_OPERATOR}|${patterns.BETWEEN}|${patterns.MEMBERSHIP})`, "y");
const LITERAL = new RegExp(`(?:${patterns.BOOL}|null\\b)`, "y");
const NAME = /[A-Za-z_$][\w$]*(?:-[a-z]+)*/y;
const STRING = /[hH]?(?:@"(?:[^"]|"")*(?:"|$)|@'(?:[^']|'')*(?:'|$)|"(?:\\.|[^"\\])*(?:"|$)|'(?:\\.|[^'\\])*(?:'|$))/y;

/** The mark that ends a string over several lines; "" outside of one. */
interface Kql {
  open: string;
}

function matched(stream: StringStream, pattern: RegExp): string | undefined {
  pattern.lastIndex = stream.pos;
  const found = pattern.exec(stream.string)?.[0];
  if (found) stream.pos += found.length;
  return found || undefined;
}

function kqlToken(stream: StringStream, state: Kql): string | null {
  if (state.open !== "") {
    const end = stream.string.indexOf(state.open, stream.pos);
    stream.pos = end < 0 ? stream.string.length : end + state.open.length;
    if (end >= 0) state.open = "";
    return "string";
  }
  if (stream.eatSpace()) return null;
  if (stream.match("//")) {
    stream.skipToEnd();
    return "comment";
  }
  const mark = matched(stream, /[hH]?(```|~~~)/y);
  if (mark !== undefined) {
    state.open = mark.slice(-3);
    return "string";
  }
  if (matched(stream, STRING) !== undefined) return "string";
  if (matched(stream, WORD_OPERATOR) !== undefined) return "operatorKeyword";
  if (matched(stream, NUMBER) !== undefined) return "number";
  if (matched(stream, LITERAL) !== undefined) return "atom";
  return named(stream);
}

function named(stream: StringStream): string | null {
  const isProperty = stream.string[stream.pos - 1] === ".";
  const word = matched(stream, NAME);
  if (word === undefined) {
    return /[=<>!~+*/%|-]/.test(stream.next() ?? "") ? "operator" : null;
  }
  const short = word.split("-")[0] ?? word;
  const known = kinds.get(word) ?? kinds.get(short);
  if (!kinds.has(word) && short !== word) stream.backUp(word.length - short.length); // a subtraction
  if (isProperty) return "propertyName";
  if (/^\s*\(/.test(stream.string.slice(stream.pos)) && functions.has(short)) return "function";
  if (/:\s*$/.test(stream.string.slice(0, stream.start)) && types.has(short)) return "typeName";
  return known ?? "variableName";
}

const kql: StreamParser<Kql> = {
  name: "kql",
  startState: () => ({ open: "" }),
  token: kqlToken,
  languageData: { commentTokens: { line: "//" }, closeBrackets: { brackets: ["(", "[", "{", "'", '"'] } },
  tokenTable: {},
};

/** indent is how far the key of the query is indented that the line lies in; -1 outside of one. */
interface Yaml extends Kql {
  indent: number;
}

const QUERY = /^(\s*(?:- +)*)["']?(?:query|queryText|Query|FunctionQuery|ParserQuery)["']?\s*:\s*[|>][-+0-9]*\s*(?:#.*)?$/;

const yaml: StreamParser<Yaml> = {
  name: "yaml",
  startState: () => ({ open: "", indent: -1 }),
  token(stream, state) {
    if (stream.sol()) {
      const line = stream.string;
      if (state.indent >= 0 && line.trim() !== "" && stream.indentation() <= state.indent) {
        state.indent = -1;
        state.open = "";
      }
      const key = state.indent < 0 ? QUERY.exec(line) : null;
      if (key !== null) {
        state.indent = key[1]?.length ?? 0;
        stream.skipToEnd();
        return "propertyName";
      }
    }
    if (state.indent >= 0) return kqlToken(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.peek() === "#") {
      stream.skipToEnd();
      return "comment";
    }
    if (matched(stream, /["']?[\w.-]+["']?(?=\s*:(?:\s|$))/y) !== undefined) return "propertyName";
    if (matched(stream, /"(?:\\.|[^"\\])*"|'(?:[^']|'')*'/y) !== undefined) return "string";
    if (stream.next() !== undefined) stream.eatWhile(/[^\s#"']/);
    return null;
  },
  languageData: { commentTokens: { line: "#" } },
};

/** The language of a file; none where colours would tell little. */
export function languageOf(file: string): StreamLanguage<unknown> | undefined {
  const parsers: Record<string, StreamParser<unknown>> = { kql: kql as StreamParser<unknown>, yaml: yaml as StreamParser<unknown> };
  const parser = parsers[file.split(".").at(-1) ?? ""];
  return parser === undefined ? undefined : StreamLanguage.define(parser);
}
