// The item in the status bar: whether the server runs, and which one.

import * as vscode from "vscode";

export type State = "starting" | "running" | "stopped" | "missing";

const ICONS: Record<State, string> = {
  starting: "$(loading~spin)",
  running: "$(check)",
  stopped: "$(error)",
  missing: "$(warning)",
};

export class Status {
  private readonly item = vscode.window.createStatusBarItem("kql-lint.status", vscode.StatusBarAlignment.Right, 90);

  constructor(selector: vscode.DocumentSelector, subscriptions: vscode.Disposable[]) {
    this.item.name = "kql-lint";
    this.item.command = "kql-lint.showOutput";
    const follow = (editor: vscode.TextEditor | undefined) => {
      if (editor !== undefined && vscode.languages.match(selector, editor.document) > 0) {
        this.item.show();
      } else {
        this.item.hide();
      }
    };
    subscriptions.push(this.item, vscode.window.onDidChangeActiveTextEditor(follow));
    follow(vscode.window.activeTextEditor);
  }

  /** Shows a state; about is what the tooltip says of it. */
  set(state: State, about: string): void {
    this.item.text = `${ICONS[state]} kql-lint`;
    this.item.tooltip = about;
    this.item.backgroundColor =
      state === "missing" || state === "stopped" ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }
}
