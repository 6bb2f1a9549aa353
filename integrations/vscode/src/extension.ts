// The extension: starts the server, again when what it depends on changes, and registers the commands.

import * as vscode from "vscode";

import { register } from "./commands";
import { Server } from "./server";

const RESTARTING = ["kql-lint.path", "kql-lint.arguments", "kql-lint.platform"];
let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const started = new Server(context.subscriptions);
  server = started;
  register(started, context.subscriptions);
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (RESTARTING.some((name) => event.affectsConfiguration(name))) {
        void started.restart();
      }
    }),
  );
  await started.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
