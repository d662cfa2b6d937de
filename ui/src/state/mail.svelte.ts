import type { Backend } from "../ipc/backend";
import type { MailView, Problem, RecipientFields, RecipientRow } from "../ipc/bindings";
import { problemOf } from "../ipc/problem";

type Security = NonNullable<MailView["settings"]>["security"];
type Way = NonNullable<MailView["settings"]>["way"];

const USUAL_PORT: Record<Security, number> = { tls: 465, starttls: 587 };

/** The form about the mail server, and those who are written to. */
export class MailForm {
  host = $state("");
  port = $state(USUAL_PORT.tls);
  security = $state<Security>("tls");
  address = $state("");
  name = $state("");
  user = $state("");
  way = $state<Way>("password");
  clientId = $state("");
  clientSecret = $state("");
  secret = $state("");
  view = $state.raw<MailView | null>(null);
  busy = $state(false);
  saved = $state(false);
  refusal = $state.raw<Problem | null>(null);
  /** A code of a failure of e-mail, or null where the test was taken; undefined where nothing was tested. */
  tested = $state.raw<string | null | undefined>(undefined);

  constructor(private readonly backend: Backend) {}

  async load(): Promise<void> {
    this.view = await this.backend.mail();
    Object.assign(this, this.view.settings);
    this.secret = "";
  }

  choose(security: Security): void {
    if (this.port === USUAL_PORT[this.security]) this.port = USUAL_PORT[security];
    this.security = security;
    this.edited();
  }

  edited(): void {
    this.saved = false;
    this.tested = undefined;
    this.refusal = null;
  }

  async save(): Promise<boolean> {
    return this.#attempt(async () => {
      const { host, port, security, address, name, user, way, clientId, clientSecret } = this;
      await this.backend.setMail({ settings: { host, port, security, address, name, user, way, clientId, clientSecret }, secret: this.secret === "" ? null : this.secret });
      await this.load();
      this.saved = true;
    });
  }

  /** Saves what is in the fields, then sends a test to the sender's address. */
  async test(): Promise<void> {
    if (!(await this.save())) return;
    await this.#attempt(async () => {
      const { problem } = await this.backend.testMail();
      await this.load();
      this.tested = problem;
    });
  }

  async forget(): Promise<boolean> {
    return this.#attempt(async () => {
      await this.backend.forgetMail();
      const fresh = new MailForm(this.backend);
      const { host, port, security, address, name, user, way, clientId, clientSecret } = fresh;
      Object.assign(this, { host, port, security, address, name, user, way, clientId, clientSecret });
      await this.load();
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

/** The form about one recipient: a new one, or one there is. */
export class RecipientForm {
  address = $state("");
  name = $state("");
  language = $state<RecipientFields["language"]>("en");
  detail = $state<RecipientFields["detail"]>("generic");
  everything = $state(true);
  /** One name a line. */
  people = $state("");
  refusal = $state.raw<Problem | null>(null);
  readonly id: number | null;
  readonly #cases: number[];

  constructor(
    private readonly backend: Backend,
    row: RecipientRow | null,
  ) {
    this.id = row?.id ?? null;
    this.#cases = row?.cases ?? [];
    if (!row) return;
    const { address, name, language, detail, everything } = row;
    Object.assign(this, { address, name, language, detail, everything });
    this.people = row.people.join("\n");
  }

  async save(): Promise<boolean> {
    const { address, name, language, detail, everything } = this;
    const people = this.people.split("\n").map((person) => person.trim()).filter(Boolean);
    try {
      await this.backend.writeTo(this.id, { address, name, language, detail, everything, people, cases: this.#cases });
      return true;
    } catch (thrown) {
      this.refusal = problemOf(thrown);
      return false;
    }
  }
}
