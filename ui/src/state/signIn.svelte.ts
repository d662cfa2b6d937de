import type { Backend } from "../ipc/backend";
import type { Problem } from "../ipc/bindings";
import { problemOf } from "../ipc/problem";

/** Whether this computer starts Casefolio at sign-in. The system keeps it, and may be told elsewhere: it is read anew each time. */
export class SignInStart {
  on = $state(false);
  tellsOfLocks = $state(true);
  refusal = $state.raw<Problem | null>(null);

  constructor(private readonly backend: Pick<Backend, "computer" | "startAtSignIn">) {}

  async load(): Promise<void> {
    const { startsAtSignIn, tellsOfLocks } = await this.backend.computer();
    this.on = startsAtSignIn ?? false;
    this.tellsOfLocks = tellsOfLocks;
    this.refusal = startsAtSignIn === null ? { code: "sign_in_start_refused", params: {} } : null;
  }

  async set(on: boolean): Promise<void> {
    // Shown as wanted first, so that a refusal is seen to put it back; then what the system says of itself counts.
    this.on = on;
    const refusal = await this.backend.startAtSignIn(on).then(() => null, problemOf);
    await this.load();
    this.refusal ??= refusal;
  }
}
