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
  /** A check asked for by hand that has not come back. */
  checking = $state(false);

  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly backend: Backend) {}

  async open(id: number): Promise<void> {
    this.openId = id;
    this.checking = false;
    await this.reload();
  }

  /** Reads the open case again; an answer for a case no longer open is dropped. */
  async reload(): Promise<void> {
    const id = this.openId;
    if (id === null) return;
    const before = this.shown?.id === id ? this.shown.checkedAt : null;
    const detail = await this.backend.showCase(id);
    if (this.openId !== id) return;
    if (detail.checkedAt !== before) this.checking = false;
    this.shown = detail;
  }

  async checkNow(): Promise<void> {
    if (this.openId === null) return;
    this.checking = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.checking = false), LONGEST_CHECK_MS);
    try {
      await this.backend.checkNow([this.openId]);
    } catch (thrown) {
      this.checking = false;
      throw thrown;
    }
  }

  close(): void {
    this.openId = null;
    this.shown = null;
    this.checking = false;
  }
}
