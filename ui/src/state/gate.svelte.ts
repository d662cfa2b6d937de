import { createContext } from "svelte";

import { appearance, type Language } from "../i18n/language.svelte";
import type { Backend } from "../ipc/backend";
import { problemOf } from "../ipc/problem";
import type { BackupChosen, CreateRequest, Created, GateView, OpenerRequest, PortfolioView, Problem } from "../ipc/bindings";

export type Step = "welcome" | "choose" | "create" | "code" | "confirm" | "quick" | "restore";

/** The window before a portfolio is chosen or made. A new passphrase passes through it and is not kept. */
export class Gate {
  view = $state.raw<GateView | null>(null);
  step = $state<Step>("welcome");
  created = $state.raw<Created | null>(null);
  refusal = $state.raw<Problem | null>(null);
  busy = $state(false);
  /** The backup that was chosen in the system's dialog; its path stays with the shell. */
  backup = $state.raw<BackupChosen | null>(null);

  constructor(readonly backend: Backend) {}

  async start(): Promise<void> {
    await this.#attempt(async () => {
      this.view = await this.backend.gate();
      appearance.speak(this.view.language);
      appearance.dress(this.view.theme);
      this.step = this.home;
      // Why it did not open by itself; said until the next step or try.
      this.refusal = this.view.problem;
    });
  }

  get home(): Step {
    return this.view && this.view.portfolios.length > 0 ? "choose" : "welcome";
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

  async create(request: CreateRequest): Promise<void> {
    await this.#attempt(async () => {
      this.created = await this.backend.createPortfolio({ ...request, userId: request.userId.trim() });
      this.step = "code";
    });
  }

  confirm = (code: string): Promise<void> =>
    this.#attempt(async () => {
      await this.backend.confirmRecoveryCode(code.trim());
      this.created = null;
    });

  /** Opens the unlock window of a portfolio. */
  choose = (portfolio: PortfolioView): Promise<void> => this.#attempt(() => this.backend.choosePortfolio(portfolio.userId));

  /** Asks for a backup by the system's own dialog. */
  chooseBackup = (): Promise<void> =>
    this.#attempt(async () => {
      const chosen = await this.backend.chooseBackup();
      if (!chosen) return;
      this.backup = chosen;
      this.step = "restore";
    });

  restore = (opener: OpenerRequest): Promise<void> => this.#attempt(() => this.backend.restoreBackup(opener));

  /** Answers whether the recovery code lies on the clipboard. */
  copyCode = (): Promise<boolean> => this.#attempt(() => this.backend.copyRecoveryCode()).then(() => this.refusal === null);

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
