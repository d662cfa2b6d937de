import type { Backend } from "../ipc/backend";
import type { SecurityView } from "../ipc/bindings";

/** How the portfolio is opened, and what goes on while it is locked; read anew each time the settings are shown. */
export class Security {
  view = $state.raw<SecurityView | null>(null);

  constructor(private readonly backend: Pick<Backend, "security" | "setWatchBehindLock">) {}

  async load(): Promise<void> {
    this.view = await this.backend.security();
  }

  async watchBehindLock(on: boolean): Promise<void> {
    await this.backend.setWatchBehindLock(on);
    await this.load();
  }
}
