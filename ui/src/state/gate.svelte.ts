import { createContext } from "svelte";

import { appearance, type Language } from "../i18n/language.svelte";
import type { Backend } from "../ipc/backend";
import { problemOf } from "../ipc/problem";
import type { BackupChosen, CreateRequest, Created, DamageView, GateView, InItsPlaceCode, OpenerRequest, PortfolioView, Problem, SalvageReport, SalvageRequest } from "../ipc/bindings";

export type Step = "welcome" | "choose" | "create" | "code" | "confirm" | "quick" | "restore" | "damage" | "salvage" | "salvaged";

/** The window before a portfolio is chosen or made. A new passphrase passes through it and is not kept. */
export class Gate {
  view = $state.raw<GateView | null>(null);
  step = $state<Step>("welcome");
  created = $state.raw<Created | null>(null);
  refusal = $state.raw<Problem | null>(null);
  busy = $state(false);
  /** The backup that was chosen in the system's dialog; its path stays with the shell. */
  backup = $state.raw<BackupChosen | null>(null);

  /** The damaged portfolio that is spoken of. */
  damage = $state.raw<DamageView | null>(null);
  /** What was saved of it. */
  salvaged = $state.raw<SalvageReport | null>(null);

  constructor(readonly backend: Backend) {}

  async start(): Promise<void> {
    await this.#attempt(async () => {
      this.view = await this.backend.gate();
      appearance.speak(this.view.language);
      appearance.dress(this.view.theme);
      this.step = this.home;
      // Why it did not open by itself; said until the next step or try.
      this.refusal = this.view.problem;
      if (this.view.damaged !== null) await this.#showDamage(this.view.damaged);
    });
  }

  /** Reads again what is known of the portfolios: those that are checked in the background may have news. */
  async look(): Promise<void> {
    const { problem, ...now } = await this.backend.gate();
    if (problem) this.refusal = problem;
    if (this.view) this.view = { ...this.view, portfolios: now.portfolios };
  }

  get home(): Step {
    return this.view && this.view.portfolios.length > 0 ? "choose" : "welcome";
  }

  /** Where one step back leads; none where there is no way back. */
  get before(): Step | null {
    switch (this.step) {
      case "confirm":
        return "code";
      case "salvage":
        return "damage";
      case "restore":
        return this.damage ? "damage" : this.home;
      case "code":
      case "salvaged":
        return null;
      default:
        return this.step === this.home ? null : this.home;
    }
  }

  go(step: Step): void {
    this.refusal = null;
    if (step === this.home) this.damage = null;
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
  choose = (portfolio: PortfolioView): Promise<void> =>
    this.#attempt(() => (portfolio.problem ? this.#showDamage(portfolio.userId) : this.backend.choosePortfolio(portfolio.userId)));

  /** Puts the copy of the key file back, after which the portfolio is one like the others. */
  repairKeys = (): Promise<void> =>
    this.#attempt(async () => {
      if (!this.damage) return;
      await this.backend.repairKeys(this.damage.userId);
      this.view = await this.backend.gate();
      this.damage = null;
      this.step = this.home;
    });

  /** Asks for a backup by the system's own dialog. */
  chooseBackup = (): Promise<void> =>
    this.#attempt(async () => {
      const chosen = await this.backend.chooseBackup();
      if (!chosen) return;
      this.backup = chosen;
      this.step = "restore";
    });

  restore = (opener: OpenerRequest, inItsPlace: InItsPlaceCode): Promise<void> => this.#attempt(() => this.backend.restoreBackup(opener, inItsPlace));

  /** Saves what is whole into a new portfolio, which opens once its recovery code was typed again. */
  salvage = (request: Omit<SalvageRequest, "damaged">): Promise<void> =>
    this.#attempt(async () => {
      if (!this.damage) return;
      const { created, report } = await this.backend.salvage({ ...request, damaged: this.damage.userId });
      this.created = created;
      this.salvaged = report;
      this.step = "salvaged";
    });

  /** Answers whether the recovery code lies on the clipboard. */
  copyCode = (): Promise<boolean> => this.#attempt(() => this.backend.copyRecoveryCode()).then(() => this.refusal === null);

  practise = (): Promise<void> => this.#attempt(() => this.backend.startPractice());

  async #showDamage(userId: string): Promise<void> {
    this.damage = await this.backend.damage(userId);
    this.refusal = null;
    this.step = "damage";
  }

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
