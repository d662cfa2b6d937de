import type { Backend } from "../ipc/backend";
import type { BackupsView } from "../ipc/bindings";

/** The backups of the open portfolio. */
export class Backups {
  view = $state.raw<BackupsView | null>(null);
  busy = $state(false);

  constructor(private readonly backend: Pick<Backend, "backups" | "backUp">) {}

  async load(): Promise<void> {
    this.view = await this.backend.backups();
  }

  /** Makes one, verified before it counts. */
  async make(): Promise<void> {
    this.busy = true;
    try {
      await this.backend.backUp();
      await this.load();
    } finally {
      this.busy = false;
    }
  }
}
