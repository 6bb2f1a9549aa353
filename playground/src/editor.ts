// The editor. It lies in a shadow root, where its styles need no exception of the page's policy.

import { indentWithTab } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

import { languageOf } from "./kql";
import { offsetOf } from "./positions";
import type { Edit, Finding, Span } from "./protocol";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "light-dark(#7a1fa2, #d7a6f0)" },
  { tag: tags.operatorKeyword, color: "light-dark(#7a1fa2, #d7a6f0)" },
  { tag: tags.function(tags.variableName), color: "light-dark(#0b57a4, #8ab4f8)" },
  { tag: tags.standard(tags.variableName), color: "light-dark(#0b57a4, #8ab4f8)" },
  { tag: tags.string, color: "light-dark(#a31515, #f0a08a)" },
  { tag: tags.number, color: "light-dark(#096d48, #9fd8b4)" },
  { tag: tags.atom, color: "light-dark(#096d48, #9fd8b4)" },
  { tag: tags.typeName, color: "light-dark(#267f99, #7fd4e0)" },
  { tag: tags.propertyName, color: "light-dark(#30508a, #a8c0ee)" },
  { tag: tags.comment, color: "light-dark(#5f6b62, #98a89c)", fontStyle: "italic" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "14px", backgroundColor: "light-dark(#fff, #1d1f26)", color: "light-dark(#222, #e4e6ee)" },
  ".cm-scroller": { fontFamily: "ui-monospace, Consolas, monospace" },
  ".cm-gutters": { backgroundColor: "transparent", color: "light-dark(#777, #888)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "light-dark(#6070a018, #8090c018)" },
  ".cm-cursor": { borderLeftColor: "light-dark(#222, #e4e6ee)" },
  ".cm-tooltip": { backgroundColor: "light-dark(#fff, #2a2d36)", color: "inherit" },
});

export class Editor {
  private readonly language = new Compartment();
  private readonly view: EditorView;
  private isSilent = false;

  constructor(place: HTMLElement, onChange: () => void) {
    const root = place.attachShadow({ mode: "open" });
    const state = EditorState.create({
      extensions: [
        basicSetup,
        keymap.of([indentWithTab]),
        syntaxHighlighting(colours),
        theme,
        EditorView.contentAttributes.of({ "aria-label": "The rule" }),
        this.language.of([]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !this.isSilent) onChange();
        }),
      ],
    });
    this.view = new EditorView({ state, parent: root, root });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Puts a text into the editor, of the kind that a file's name tells. */
  show(text: string, file: string): void {
    this.isSilent = true;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
    this.isSilent = false;
    this.setKind(file);
  }

  setKind(file: string): void {
    this.view.dispatch({ effects: this.language.reconfigure(languageOf(file) ?? []) });
  }

  /** Marks findings of the text as it is now. */
  mark(findings: readonly Finding[]): void {
    const { doc } = this.view.state;
    const marks = findings.map((finding): Diagnostic => {
      const from = offsetOf(doc, finding.location);
      const to = Math.max(from, offsetOf(doc, finding.end_location));
      return { from, to, severity: finding.severity, source: finding.code, message: finding.message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  select(span: Span): void {
    const { doc } = this.view.state;
    const selection = { anchor: offsetOf(doc, span.location), head: offsetOf(doc, span.end_location) };
    this.view.dispatch({ selection, scrollIntoView: true });
    this.view.focus();
  }

  /** Makes the edits of a fix, in one step that can be undone. */
  apply(edits: readonly Edit[]): void {
    const { doc } = this.view.state;
    const changes = edits.map((edit) => ({
      from: offsetOf(doc, edit.location),
      to: offsetOf(doc, edit.end_location),
      insert: edit.content,
    }));
    this.view.dispatch({ changes });
  }
}
