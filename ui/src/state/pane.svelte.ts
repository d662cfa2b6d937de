import { SvelteMap } from "svelte/reactivity";

import type { Language } from "../i18n/language.svelte";
import type { Backend } from "../ipc/backend";
import type { CaseDetail } from "../ipc/bindings";

/** A check that was put off gives no news; the button comes back by itself. */
const LONGEST_CHECK_MS = 45_000;

/** The one case that is open beside the list. */
export class CasePane {
  openId = $state<number | null>(null);
  shown = $state.raw<CaseDetail | null>(null);
  /** The language of the service's words; null follows the window. */
  language = $state<Language | null>(null);
  /** The checks asked for by hand that have not come back: when each case had been checked before. */
  readonly #asked = new SvelteMap<number, { checkedAt: string | null }>();

  constructor(private readonly backend: Backend) {}

  /** Whether the open case is being checked by hand; it stays so when the case is closed and opened again. */
  get checking(): boolean {
    return this.openId !== null && this.#asked.has(this.openId);
  }

  async open(id: number): Promise<void> {
    this.openId = id;
    await this.reload();
  }

  /** Reads the open case again; an answer for a case no longer open is dropped. */
  async reload(): Promise<void> {
    const id = this.openId;
    if (id === null) return;
    const detail = await this.backend.showCase(id);
    if (this.openId !== id) return;
    if (detail.checkedAt !== this.#asked.get(id)?.checkedAt) this.#asked.delete(id);
    this.shown = detail;
  }

  async checkNow(): Promise<void> {
    const id = this.openId;
    if (id === null || this.checking) return;
    const asked = { checkedAt: this.shown?.id === id ? this.shown.checkedAt : null };
    this.#asked.set(id, asked);
    setTimeout(() => this.#asked.get(id) === asked && this.#asked.delete(id), LONGEST_CHECK_MS);
    try {
      await this.backend.checkNow([id]);
    } catch (thrown) {
      this.#asked.delete(id);
      throw thrown;
    }
  }

  /** What was asked for by hand has come back, or was put off. */
  roundEnded(): void {
    this.#asked.clear();
  }

  close(): void {
    this.openId = null;
    this.shown = null;
  }
}
