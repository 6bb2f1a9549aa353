// The worker as the page sees it: asks, takes the latest answer only, and starts a new one where it hangs.

import type { Answer, Message, Question } from "./protocol";

const PATIENCE = 20_000; // milliseconds for one answer: kql-lint's own budget of work ends long before

export class Checker {
  private worker = this.start();
  private number = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isReady = false;

  constructor(
    private readonly onAnswer: (answer: Answer) => void,
    private readonly onTrouble: (why: string) => void,
  ) {}

  /** Asks about a text; an earlier question that is not answered yet does not count any more. */
  ask(file: string, text: string, platform: string): void {
    this.number += 1;
    const question: Question = { number: this.number, file, text, platform };
    this.worker.postMessage(question);
    this.watch();
  }

  private watch(): void {
    clearTimeout(this.timer);
    if (this.isReady && this.number > 0) {
      this.timer = setTimeout(() => this.giveUp(), PATIENCE);
    }
  }

  private giveUp(): void {
    this.worker.terminate();
    this.isReady = false;
    this.worker = this.start();
    this.onTrouble("This text took too long to check. Change it to try again.");
  }

  private start(): Worker {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", (event: MessageEvent<Message>) => this.take(event.data));
    worker.addEventListener("error", () => this.onTrouble("The checker could not be started. Reload the page to try again."));
    return worker;
  }

  private take(message: Message): void {
    if (message.kind === "failed") {
      this.onTrouble(`The checker could not be loaded: ${message.why}. Reload the page to try again.`);
    } else if (message.kind === "ready") {
      this.isReady = true;
      this.watch();
    } else if (message.answer.number === this.number) {
      clearTimeout(this.timer);
      this.onAnswer(message.answer);
    }
  }
}
