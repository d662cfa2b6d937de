import type { Backend } from "../ipc/backend";
import type { NetworkView, Problem } from "../ipc/bindings";
import { problemOf } from "../ipc/problem";

/** The form about the network. */
export class NetworkForm {
  proxy = $state<NetworkView["proxy"]>("system");
  address = $state("");
  user = $state("");
  password = $state("");
  view = $state.raw<NetworkView | null>(null);
  busy = $state(false);
  saved = $state(false);
  refusal = $state.raw<Problem | null>(null);
  /** What was refused of the company's certificate. */
  rootRefusal = $state.raw<Problem | null>(null);

  constructor(private readonly backend: Pick<Backend, "network" | "setProxy" | "chooseCompanyRoot" | "forgetCompanyRoot">) {}

  async load(): Promise<void> {
    this.view = await this.backend.network();
    const { proxy, address, user } = this.view;
    Object.assign(this, { proxy, address, user });
    this.password = "";
  }

  /** Whether the password for this proxy and user is known. */
  get passwordKept(): boolean {
    const { view } = this;
    return view?.proxy === "manual" && view.user !== "" && view.user === this.user && view.address === this.address;
  }

  edited(): void {
    this.saved = false;
    this.refusal = null;
  }

  async save(): Promise<void> {
    this.edited();
    this.refusal = await this.#attempt(async () => {
      const { proxy, address, user, password } = this;
      await this.backend.setProxy({ proxy, address, user, password: password === "" ? null : password });
      await this.load();
      this.saved = true;
    });
  }

  async chooseRoot(): Promise<void> {
    this.rootRefusal = await this.#attempt(async () => {
      if (await this.backend.chooseCompanyRoot()) this.view = await this.backend.network();
    });
  }

  async forgetRoot(): Promise<void> {
    this.rootRefusal = await this.#attempt(async () => {
      await this.backend.forgetCompanyRoot();
      this.view = await this.backend.network();
    });
  }

  async #attempt(work: () => Promise<void>): Promise<Problem | null> {
    this.busy = true;
    try {
      await work();
      return null;
    } catch (thrown) {
      return problemOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}
