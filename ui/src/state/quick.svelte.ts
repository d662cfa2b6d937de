import type { Problem, QuickCheck } from "../ipc/bindings";
import type { Backend } from "../ipc/backend";
import { problemOf } from "../ipc/problem";

/** One receipt, asked about once, kept nowhere. */
export class QuickChecker {
  receipt = $state("");
  busy = $state(false);
  result = $state.raw<QuickCheck | null>(null);
  refusal = $state.raw<Problem | null>(null);

  constructor(private readonly backend: Pick<Backend, "quickCheck">) {}

  /** What the refused number may have been meant to be; taken only when asked for. */
  get proposal(): string | null {
    return this.refusal?.params.proposal ?? null;
  }

  async useProposal(): Promise<void> {
    this.receipt = this.proposal ?? this.receipt;
    await this.check();
  }

  async check(): Promise<void> {
    if (this.receipt.trim() === "" || this.busy) return;
    this.busy = true;
    this.result = null;
    this.refusal = null;
    try {
      this.result = await this.backend.quickCheck(this.receipt);
    } catch (thrown) {
      this.refusal = problemOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}
