import { createContext } from "svelte";

import { appearance, type Language } from "../i18n/language.svelte";
import type { Backend } from "../ipc/backend";
import type { Problem, UnlockRequest, UnlockView } from "../ipc/bindings";
import { problemOf } from "../ipc/problem";
import { Wait } from "./wait.svelte";

/** The small window in which one portfolio is unlocked. It has one command; a passphrase passes through and is not kept. */
export class Unlocking {
  step = $state<"passphrase" | "recovery">("passphrase");
  refusal = $state.raw<Problem | null>(null);
  busy = $state(false);
  readonly wait = new Wait();

  constructor(
    private readonly backend: Pick<Backend, "unlock">,
    readonly view: UnlockView,
  ) {
    appearance.speak(view.language);
    appearance.dress(view.theme);
    // Why it did not open by itself; said until the next try.
    this.refusal = view.problem;
    this.wait.heed(view.problem);
  }

  go(step: Unlocking["step"]): void {
    this.refusal = null;
    this.step = step;
  }

  /** Answers whether the portfolio opens. */
  byPassphrase = (passphrase: string): Promise<boolean> => this.#ask({ by: "passphrase", passphrase });

  byRecoveryCode = (recoveryCode: string, passphrase: string): Promise<boolean> =>
    this.#ask({ by: "recovery_code", recoveryCode: recoveryCode.trim(), passphrase });

  leave = (): Promise<boolean> => this.#ask({ by: "leave" });

  async setLanguage(language: Language): Promise<void> {
    const standing = this.refusal;
    appearance.speak(language);
    await this.#ask({ by: "language", language });
    this.refusal ??= standing;
  }

  async #ask(request: UnlockRequest): Promise<boolean> {
    this.refusal = null;
    this.busy = true;
    try {
      await this.backend.unlock(request);
    } catch (thrown) {
      this.refusal = problemOf(thrown);
      this.wait.heed(this.refusal);
    } finally {
      this.busy = false;
    }
    return this.refusal === null;
  }
}

/** The unlocking of this window. */
export const [unlocking, provideUnlocking] = createContext<Unlocking>();
