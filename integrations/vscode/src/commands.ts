// The commands that show something: the columns at the cursor, and a table of the catalogue.

import * as path from "node:path";
import * as vscode from "vscode";

import { columnOf, described, type Step, stepAt, tablesOf, type Traced } from "./queries";
import { run } from "./run";
import { type Server, settings } from "./server";

const SCHEME = "kql-lint";
const WORD = /[A-Za-z_][A-Za-z0-9_]*/;

/** Texts that can only be looked at, each under an address of its own. */
class Pages implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
  }
}

export function register(server: Server, subscriptions: vscode.Disposable[]): void {
  const pages = new Pages();
  subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, pages),
    vscode.commands.registerCommand("kql-lint.showColumns", () => guarded(() => showColumns(server, pages))),
    vscode.commands.registerCommand("kql-lint.showTable", () => guarded(() => showTable(server, pages))),
    vscode.commands.registerCommand("kql-lint.fixAll", fixAll),
    vscode.commands.registerCommand("kql-lint.restart", () => server.restart()),
    vscode.commands.registerCommand("kql-lint.showOutput", () => server.showOutput()),
  );
}

async function guarded(act: () => Promise<string | undefined>): Promise<void> {
  const said = await act().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (said !== undefined) {
    void vscode.window.showInformationMessage(`kql-lint: ${said}`);
  }
}

function fixAll(): Thenable<unknown> {
  return vscode.commands.executeCommand("editor.action.codeAction", {
    kind: "source.fixAll.kql-lint",
    apply: "first",
    preferred: false,
  });
}

async function showColumns(server: Server, pages: Pages): Promise<string | undefined> {
  const step = await stepAtCursor(server);
  if (step === undefined) {
    return "there is no query at the cursor.";
  }
  await pages.show("Columns", described(step));
  return undefined;
}

async function showTable(server: Server, pages: Pages): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const range = editor?.document.getWordRangeAtPosition(editor.selection.active, WORD);
  const word = range === undefined ? "" : (editor?.document.getText(range) ?? "");
  if (word !== "" && (await show(server, pages, word))) {
    return undefined;
  }
  const step = await stepAtCursor(server);
  const tables = step === undefined ? [] : tablesOf(step, word);
  const table = tables.length > 1 ? await vscode.window.showQuickPick(tables, { title: "Table" }) : tables[0];
  if (table === undefined) {
    return tables.length > 1 ? undefined : "no table of the catalogue is used at the cursor.";
  }
  return (await show(server, pages, table)) ? undefined : `the catalogue does not know ${table}.`;
}

/** Shows what is known of a table; false where there is none of this name. */
async function show(server: Server, pages: Pages, table: string): Promise<boolean> {
  const platform = settings().get<string>("platform", "");
  const only = platform === "defender" || platform === "sentinel" ? ["--platform", platform] : [];
  const ran = await run(programOf(server), ["catalog", "show", ...only, "--", table], folderOf(vscode.window.activeTextEditor));
  if (ran.code !== 0) {
    return false;
  }
  await pages.show(table, ran.output);
  return true;
}

async function stepAtCursor(server: Server): Promise<Step | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return undefined;
  }
  const { document, selection } = editor;
  const name = document.isUntitled ? "untitled.kql" : document.uri.fsPath;
  const platform = settings().get<string>("platform", "");
  const args = ["trace", "--output-format", "json", "--stdin-filename", name, ...(platform ? ["--platform", platform] : []), "-"];
  const ran = await run(programOf(server), args, folderOf(editor), document.getText());
  if (ran.output === "") {
    throw new Error(ran.errors.trim() || "there is no query in this file.");
  }
  const line = document.lineAt(selection.active.line).text;
  const place = { row: selection.active.line + 1, column: columnOf(line, selection.active.character) };
  return stepAt(JSON.parse(ran.output) as Traced[], place);
}

function programOf(server: Server): string {
  if (server.program === undefined) {
    throw new Error("the program is not installed.");
  }
  return server.program;
}

/** The folder whose configuration holds for a file. */
function folderOf(editor: vscode.TextEditor | undefined): string | undefined {
  return editor === undefined || editor.document.uri.scheme !== "file" ? undefined : path.dirname(editor.document.uri.fsPath);
}
