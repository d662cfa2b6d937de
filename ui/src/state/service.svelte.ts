import type { Backend } from "../ipc/backend";
import { problemOf } from "../ipc/problem";
import type { Problem, ServiceSettings } from "../ipc/bindings";

type Preset = ServiceSettings["preset"];
type Tested = Awaited<ReturnType<Backend["testService"]>>;

/** What USCIS publishes for its sandbox; production addresses come in the access letter. */
export const SANDBOX = {
  tokenUrl: "https://api-int.uscis.gov/oauth/accesstoken",
  apiBase: "https://api-int.uscis.gov/case-status",
  perSecond: 5,
  perDay: 1000,
} as const;

const KNOWN: Partial<Record<Preset, Pick<ServiceSettings, "tokenUrl" | "apiBase" | "perSecond" | "perDay">>> = { sandbox: SANDBOX };

/** The form about the status service. */
export class ServiceForm {
  preset = $state<Preset>("sandbox");
  tokenUrl = $state("");
  apiBase = $state("");
  clientId = $state("");
  secret = $state("");
  secretSet = $state(false);
  perSecond = $state(1);
  perDay = $state(1000);
  loaded = $state(false);
  busy = $state(false);
  saved = $state(false);
  refusal = $state.raw<Problem | null>(null);
  tested = $state.raw<Tested | null>(null);

  constructor(private readonly backend: Pick<Backend, "serviceSettings" | "setService" | "testService">) {}

  async load(): Promise<void> {
    const settings = await this.backend.serviceSettings();
    const { secretSet, ...fields } = settings;
    Object.assign(this, fields);
    this.secretSet = secretSet;
    this.secret = "";
    this.loaded = true;
    if (this.tokenUrl === "" && this.apiBase === "") this.choose(this.preset);
  }

  choose(preset: Preset): void {
    const leftKnown = Object.values(KNOWN).some((known) => known.tokenUrl === this.tokenUrl);
    this.preset = preset;
    const known = KNOWN[preset];
    if (known) Object.assign(this, known);
    else if (leftKnown) this.tokenUrl = this.apiBase = "";
    this.edited();
  }

  edited(): void {
    this.saved = false;
    this.tested = null;
    this.refusal = null;
  }

  async save(): Promise<boolean> {
    return this.#attempt(async () => {
      const { preset, tokenUrl, apiBase, clientId, perSecond, perDay } = this;
      const clientSecret = this.secret === "" ? null : this.secret;
      await this.backend.setService({ preset, tokenUrl: tokenUrl.trim(), apiBase: apiBase.trim(), clientId: clientId.trim(), clientSecret, perSecond, perDay });
      await this.load();
      this.saved = true;
    });
  }

  /** Saves what is in the fields, then asks the service for a token. */
  async test(): Promise<void> {
    if (!(await this.save())) return;
    await this.#attempt(async () => {
      this.tested = await this.backend.testService();
    });
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
    this.edited();
    this.busy = true;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.refusal = problemOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
