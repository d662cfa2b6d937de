import type { Backend } from "../ipc/backend";
import type { Verdict } from "../ipc/bindings";

/** The dialog that takes receipt numbers: what was typed, and what adding would do. */
export class Adding {
  text = $state("");
  person = $state("");
  label = $state("");
  verdicts = $state.raw<Verdict[]>([]);
  busy = $state(false);
  /** A line whose look-alike was just taken over, for the announcement. */
  ready = $derived(this.verdicts.filter((verdict) => verdict.verdict === "new").length);
  duplicates = $derived(this.verdicts.filter((verdict) => verdict.verdict === "duplicate").length);
  refused = $derived(this.verdicts.filter((verdict) => verdict.verdict === "refused").length);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly backend: Backend,
    private readonly waitMs = 200,
  ) {}

  /** Asks for verdicts once typing pauses. */
  typed(onRefusal: (thrown: unknown) => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.read().catch(onRefusal), this.waitMs);
  }

  /** The dry run; only the newest answer counts. */
  async read(): Promise<void> {
    const turn = ++this.#asked;
    const verdicts = this.text.trim() === "" ? [] : await this.backend.readReceipts(this.text);
    if (turn === this.#asked) this.verdicts = verdicts;
  }

  /** Puts a proposal in the place of what was typed, in that line alone. */
  async useProposal(verdict: Verdict): Promise<void> {
    if (verdict.proposal === null) return;
    const lines = this.text.split("\n");
    const line = lines[verdict.line - 1] ?? "";
    const input = verdict.input.trim();
    lines[verdict.line - 1] = input !== "" && line.includes(input) ? line.replace(input, verdict.proposal) : verdict.proposal;
    this.text = lines.join("\n");
    await this.read();
  }

  /** Adds what can be added; the lines that were refused stay in the box. Answers with how many were added. */
  async submit(): Promise<number> {
    this.busy = true;
    clearTimeout(this.#timer);
    try {
      const verdicts = await this.backend.addCases({ text: this.text, person: this.person.trim(), label: this.label.trim() });
      const lines = this.text.split("\n");
      const refused = verdicts.filter((verdict) => verdict.verdict === "refused");
      this.text = [...new Set(refused.map((verdict) => verdict.line))].map((line) => lines[line - 1] ?? "").join("\n");
      await this.read();
      return verdicts.filter((verdict) => verdict.verdict === "added").length;
    } finally {
      this.busy = false;
    }
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    this.text = this.person = this.label = "";
    this.verdicts = [];
  }
}
