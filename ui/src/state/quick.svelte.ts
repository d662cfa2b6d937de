import type { Problem, QuickCheck, AccessRequest } from "../ipc/bindings";
import type { Backend } from "../ipc/backend";
import { problemOf } from "../ipc/problem";
import { SANDBOX } from "./service.svelte";

/** A service typed for one check; it goes with the screen. */
export class TypedService {
  tokenUrl = $state<string>(SANDBOX.tokenUrl);
  apiBase = $state<string>(SANDBOX.apiBase);
  clientId = $state("");
  secret = $state("");

  get complete(): boolean {
    return [this.tokenUrl, this.apiBase, this.clientId, this.secret].every((field) => field.trim() !== "");
  }

  get named(): AccessRequest {
    return { tokenUrl: this.tokenUrl.trim(), apiBase: this.apiBase.trim(), clientId: this.clientId.trim(), clientSecret: this.secret };
  }
}

/** One receipt, asked about once, kept nowhere. */
export class QuickChecker {
  receipt = $state("");
  busy = $state(false);
  result = $state.raw<QuickCheck | null>(null);
  refusal = $state.raw<Problem | null>(null);

  /** Without `service`, the one of the portfolio is asked. */
  constructor(
    private readonly backend: Pick<Backend, "quickCheck">,
    readonly service: TypedService | null = null,
  ) {}

  get ready(): boolean {
    return !this.busy && this.receipt.trim() !== "" && (this.service?.complete ?? true);
  }

  /** What the refused number may have been meant to be; taken only when asked for. */
  get proposal(): string | null {
    return this.refusal?.params.proposal ?? null;
  }

  async useProposal(): Promise<void> {
    this.receipt = this.proposal ?? this.receipt;
    await this.check();
  }

  async check(): Promise<void> {
    if (!this.ready) return;
    this.busy = true;
    this.result = null;
    this.refusal = null;
    try {
      this.result = await this.backend.quickCheck(this.receipt, this.service?.named ?? null);
    } catch (thrown) {
      this.refusal = problemOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}
