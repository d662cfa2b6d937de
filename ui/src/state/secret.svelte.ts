import { createContext } from "svelte";

import { appearance } from "../i18n/language.svelte";
import type { Backend } from "../ipc/backend";
import type { Problem, SecretRequest, SecretView } from "../ipc/bindings";
import { problemOf } from "../ipc/problem";
import { Wait } from "./wait.svelte";

/** The small window in which a passphrase is typed while the portfolio is open. It has one command; nothing typed is kept. */
export class Secret {
  refusal = $state.raw<Problem | null>(null);
  busy = $state(false);
  done = $state(false);
  /** The new recovery code while it is shown. */
  code = $state.raw<string | null>(null);
  readonly wait = new Wait();

  constructor(
    private readonly backend: Pick<Backend, "secret">,
    readonly view: SecretView,
  ) {
    appearance.speak(view.language);
    appearance.dress(view.theme);
    this.refusal = view.problem;
    this.wait.heed(view.problem);
  }

  /** Whether nothing can be asked for now. */
  get held(): boolean {
    return this.busy || this.wait.seconds > 0;
  }

  changePassphrase = (passphrase: string, newPassphrase: string): Promise<void> =>
    this.#finish({ do: "change_passphrase", passphrase, newPassphrase });

  switchMode = (passphrase: string): Promise<void> => this.#finish({ do: "switch_mode", passphrase });

  /** Shows a new code; it takes the place of the old one once it is confirmed. */
  async newRecoveryCode(passphrase: string): Promise<void> {
    this.code = await this.#ask({ do: "new_recovery_code", passphrase });
  }

  confirmRecoveryCode = (recoveryCode: string): Promise<void> => this.#finish({ do: "confirm_recovery_code", recoveryCode: recoveryCode.trim() });

  /** Answers whether the code lies on the clipboard. */
  copyCode = (): Promise<boolean> => this.#ask({ do: "copy_recovery_code" }).then(() => this.refusal === null);

  close = (): Promise<unknown> => this.#ask({ do: "close" });

  async #finish(request: SecretRequest): Promise<void> {
    await this.#ask(request);
    this.done = this.refusal === null;
    if (this.done) this.code = null;
  }

  async #ask(request: SecretRequest): Promise<string | null> {
    this.refusal = null;
    this.busy = true;
    try {
      return await this.backend.secret(request);
    } catch (thrown) {
      this.refusal = problemOf(thrown);
      this.wait.heed(this.refusal);
      return null;
    } finally {
      this.busy = false;
    }
  }
}

/** The secret of this window. */
export const [secret, provideSecret] = createContext<Secret>();
