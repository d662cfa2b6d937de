import type { Backend } from "../ipc/backend";
import type { DayCode, TellingRules } from "../ipc/bindings";

export const MONDAY_FIRST: readonly DayCode[] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/** When a person wants to be told; shown as it was set, kept as it was taken. */
export class Telling {
  rules = $state.raw<TellingRules | null>(null);

  constructor(private readonly backend: Backend) {}

  async load(): Promise<void> {
    this.rules = await this.backend.tellingRules();
  }

  async set(rules: TellingRules): Promise<void> {
    const before = this.rules;
    this.rules = rules;
    try {
      await this.backend.setTellingRules(rules);
    } catch (refused) {
      this.rules = before;
      throw refused;
    }
  }
}
