import { createContext } from "svelte";

import { appearance, type Language } from "../i18n/language.svelte";
import type { Backend } from "../ipc/backend";
import { problemOf } from "../ipc/problem";
import type { Created, GateView, Problem } from "../ipc/bindings";

export type Step = "welcome" | "create" | "code" | "confirm" | "unlock" | "recover" | "quick";

/** The shortest passphrase that is taken, in characters. */
export const SHORTEST_PASSPHRASE = 12;

/** The small window before a portfolio is open. Passphrases pass through it and are not kept. */
export class Gate {
  view = $state.raw<GateView | null>(null);
  step = $state<Step>("welcome");
  created = $state.raw<Created | null>(null);
  refusal = $state.raw<Problem | null>(null);
  busy = $state(false);
  /** The portfolio the unlock and recovery screens speak of. */
  userId = $state("");

  constructor(readonly backend: Backend) {}

  async start(): Promise<void> {
    await this.#attempt(async () => {
      this.view = await this.backend.gate();
      appearance.speak(this.view.language);
      appearance.dress(this.view.theme);
      this.userId = this.view.portfolios[0]?.userId ?? "";
      this.step = this.home;
      // Why it did not open by itself; said until the next step or try.
      this.refusal = this.view.problem;
    });
  }

  get home(): Step {
    return this.view && this.view.portfolios.length > 0 ? "unlock" : "welcome";
  }

  go(step: Step): void {
    this.refusal = null;
    this.step = step;
  }

  async setLanguage(language: Language): Promise<void> {
    const standing = this.refusal;
    appearance.speak(language);
    await this.#attempt(() => this.backend.setLanguage(language));
    this.refusal ??= standing;
  }

  async create(userId: string, passphrase: string, computerSlot: boolean): Promise<void> {
    await this.#attempt(async () => {
      this.created = await this.backend.createPortfolio({ userId: userId.trim(), passphrase, computerSlot });
      this.userId = userId.trim();
      this.step = "code";
    });
  }

  confirm = (code: string): Promise<void> =>
    this.#attempt(async () => {
      await this.backend.confirmRecoveryCode(code.trim());
      this.created = null;
    });

  unlock = (passphrase: string): Promise<void> => this.#attempt(() => this.backend.unlock({ userId: this.userId, passphrase }));

  recover = (recoveryCode: string, passphrase: string): Promise<void> =>
    this.#attempt(() => this.backend.recoverPortfolio({ userId: this.userId, recoveryCode: recoveryCode.trim(), passphrase }));

  practise = (): Promise<void> => this.#attempt(() => this.backend.startPractice());

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    this.refusal = null;
    this.busy = true;
    try {
      await work();
    } catch (thrown) {
      this.refusal = problemOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}

/** The gate of this window. */
export const [gate, provideGate] = createContext<Gate>();
