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
  readonly wait = new Wait();

  constructor(
    private readonly backend: Pick<Backend, "secret">,
    readonly view: SecretView,
  ) {
    appearance.speak(view.language);
    appearance.dress(view.theme);
  }

  /** Whether nothing can be asked for now. */
  get held(): boolean {
    return this.busy || this.wait.seconds > 0;
  }

  changePassphrase = (passphrase: string, newPassphrase: string): Promise<void> =>
    this.#finish({ do: "change_passphrase", passphrase, newPassphrase });

  close = (): Promise<unknown> => this.#ask({ do: "close" });

  async #finish(request: SecretRequest): Promise<void> {
    await this.#ask(request);
    this.done = this.refusal === null;
  }

  async #ask(request: SecretRequest): Promise<void> {
    this.refusal = null;
    this.busy = true;
    try {
      await this.backend.secret(request);
    } catch (thrown) {
      this.refusal = problemOf(thrown);
      this.wait.heed(this.refusal);
    } finally {
      this.busy = false;
    }
  }
}

/** The secret of this window. */
export const [secret, provideSecret] = createContext<Secret>();
