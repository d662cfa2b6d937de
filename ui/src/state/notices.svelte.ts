import { problemWords } from "../i18n/messages";
import { problemOf } from "../ipc/problem";

export type Notice = { id: number; tone: "status" | "alert"; text: string };

/** Short messages at the edge of the window. Alerts stay until they are closed. */
export class Notices {
  items = $state<Notice[]>([]);
  #next = 1;

  constructor(private readonly stayMs = 6000) {}

  say(text: string): void {
    const notice = this.#push("status", text);
    setTimeout(() => this.close(notice.id), this.stayMs);
  }

  /** Tells of whatever was thrown, in plain words. */
  refuse(thrown: unknown): void {
    const text = problemWords(problemOf(thrown));
    if (!this.items.some((item) => item.text === text)) this.#push("alert", text);
  }

  close(id: number): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  #push(tone: Notice["tone"], text: string): Notice {
    const notice = { id: this.#next++, tone, text };
    this.items = [...this.items.slice(-2), notice];
    return notice;
  }
}
