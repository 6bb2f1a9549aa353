// The language server: which program it is, its start and its end.

import * as fs from "node:fs";
import * as os from "node:os";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

import { findProgram } from "./program";
import { run } from "./run";
import { Status } from "./status";

const LANGUAGES = ["kusto", "yaml", "json", "jsonc", "bicep", "terraform", "markdown", "powershell"];
const SELECTOR = [
  ...LANGUAGES.map((language) => ({ scheme: "file", language })),
  { scheme: "untitled", language: "kusto" },
];
const INSTALL = "pipx install 'kql-lint[lsp]'";

export class Server implements vscode.Disposable {
  /** The absolute path of the program that was found, if one was. */
  program: string | undefined;
  private client: LanguageClient | undefined;
  private isTold = false;
  private turn: Promise<void> = Promise.resolve();
  private readonly output = vscode.window.createOutputChannel("kql-lint", { log: true });
  private readonly status: Status;

  constructor(subscriptions: vscode.Disposable[]) {
    this.status = new Status(SELECTOR, subscriptions);
    subscriptions.push(this.output);
  }

  /** Stops the server if it runs, and starts the one that the settings name now; one such turn follows another. */
  restart(): Promise<void> {
    this.turn = this.turn.then(() => this.stop()).then(() => this.start());
    return this.turn;
  }

  showOutput(): void {
    this.output.show();
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await context("running", false);
    try {
      await client?.dispose();
    } catch (error) {
      this.output.warn(`the server did not end as it should: ${String(error)}`); // it is gone all the same
    }
  }

  dispose(): Promise<void> {
    return this.stop();
  }

  private async start(): Promise<void> {
    const found = this.find();
    this.program = "program" in found ? found.program : undefined;
    await context("found", this.program !== undefined);
    if ("missing" in found) {
      this.missing(found.missing);
      return;
    }
    this.status.set("starting", `Starting ${found.program}`);
    this.output.info(`starting ${found.program}`);
    const client = new LanguageClient("kql-lint", "kql-lint", this.command(found.program), this.options());
    this.client = client;
    try {
      await client.start();
      await context("running", true);
      this.status.set("running", `${client.initializeResult?.serverInfo?.version ?? ""} ${found.program}`.trim());
    } catch (error) {
      await this.failed(found.program, error);
    }
  }

  private find(): ReturnType<typeof findProgram> {
    return findProgram({
      setting: settings().get<string>("path", "").trim(),
      folders: folders(),
      trusted: vscode.workspace.isTrusted,
      home: os.homedir(),
      environment: process.env,
      windows: process.platform === "win32",
      isProgram,
    });
  }

  private command(program: string): { command: string; args: string[]; options: { cwd?: string } } {
    const platform = settings().get<string>("platform", "");
    const args = ["lsp", ...(platform ? ["--platform", platform] : []), ...settings().get<string[]>("arguments", [])];
    const folder = folders()[0];
    return { command: program, args, options: folder ? { cwd: folder } : {} };
  }

  private options(): LanguageClientOptions {
    return { documentSelector: SELECTOR, outputChannel: this.output };
  }

  /** Says that there is no program; aloud only where KQL is open, since YAML alone may have nothing to do with it. */
  private missing(why: string): void {
    this.status.set("missing", why);
    this.output.warn(`${why} Install it with: ${INSTALL}`);
    if (this.isTold || !vscode.workspace.textDocuments.some((document) => document.languageId === "kusto")) {
      return;
    }
    this.isTold = true;
    void this.offer(`${why} To install it: ${INSTALL}`, "Open Settings", () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "kql-lint.path"),
    );
  }

  /** Says why the server did not start: most often its libraries are not installed. */
  private async failed(program: string, error: unknown): Promise<void> {
    this.status.set("stopped", `${program} did not start`);
    this.output.error(String(error));
    const ran = await run(program, ["lsp", "--help"], undefined).catch(() => undefined);
    const why =
      ran?.code === 0
        ? `${program} has no language server that runs here. To install what it needs: ${INSTALL}`
        : `${program} can't be run as a language server; is it an older kql-lint? To install a new one: ${INSTALL}`;
    void this.offer(why, "Show Output", () => this.output.show());
  }

  private async offer(message: string, button: string, act: () => unknown): Promise<void> {
    const copy = "Copy Command";
    const chosen = await vscode.window.showWarningMessage(`kql-lint: ${message}`, copy, button);
    if (chosen === copy) {
      await vscode.env.clipboard.writeText(INSTALL);
    } else if (chosen === button) {
      act();
    }
  }
}

/** The settings that concern the whole window. */
export function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("kql-lint");
}

/** The folders of the workspace that lie on this machine. */
export function folders(): string[] {
  const all = vscode.workspace.workspaceFolders ?? [];
  return all.filter((folder) => folder.uri.scheme === "file").map((folder) => folder.uri.fsPath);
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function context(name: string, value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand("setContext", `kql-lint.${name}`, value);
}
