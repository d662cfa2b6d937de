import type { Backend } from "../ipc/backend";
import type { MailView, Problem, RecipientFields, RecipientRow } from "../ipc/bindings";
import { problemOf } from "../ipc/problem";

type Security = NonNullable<MailView["settings"]>["security"];
type Way = NonNullable<MailView["settings"]>["way"];

const USUAL_PORT: Record<Security, number> = { tls: 465, starttls: 587 };

/** Where mail is handed in with a sign-in of each provider. */
const PROVIDER_SERVERS: Partial<Record<Way, { host: string; port: number; security: Security }>> = {
  microsoft: { host: "smtp.office365.com", port: 587, security: "starttls" },
  google: { host: "smtp.gmail.com", port: 465, security: "tls" },
};

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
      await this.backend.setMail({ settings: this.#fields(), secret: this.secret === "" ? null : this.secret });
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

  /** Whether a sign-in waits for the browser. */
  get signingIn(): boolean { return this.#signingIn; }
  #signingIn = $state(false);

  /** Puts in what is usual with this provider: its mail server, where none of one's own was entered. */
  chooseWay(way: Way): void {
    const usual = PROVIDER_SERVERS[way];
    const knownHosts = Object.values(PROVIDER_SERVERS).map((server) => server.host);
    if (usual && (this.host.trim() === "" || knownHosts.includes(this.host))) Object.assign(this, usual);
    this.way = way;
    this.edited();
  }

  /** Whether the fields are those of the sign-in that is kept. */
  get signedIn(): boolean {
    const kept = this.view?.settings;
    return (this.view?.secretSet ?? false) && kept?.way === this.way && kept.clientId === this.clientId.trim();
  }

  /** Signs in with the provider in the browser; that keeps what is in the fields. */
  async signIn(): Promise<void> {
    await this.#attempt(async () => {
      this.#signingIn = true;
      try {
        const { problem } = await this.backend.signInMail(this.#fields());
        if (problem === null) {
          await this.load();
          this.saved = true;
        } else if (problem !== "sign_in_given_up") this.tested = problem;
      } finally {
        this.#signingIn = false;
      }
    });
  }

  /** Waits for the browser no more. */
  async giveUpSigningIn(): Promise<void> {
    await this.backend.stopSigningIn();
  }

  #fields(): NonNullable<MailView["settings"]> {
    const { host, port, security, address, name, user, way, clientId, clientSecret } = this;
    return { host, port, security, address, name, user, way, clientId, clientSecret };
  }

  async forget(): Promise<boolean> {
    return this.#attempt(async () => {
      await this.backend.forgetMail();
      Object.assign(this, new MailForm(this.backend).#fields());
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
  matters = $state("");
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
    this.matters = row.matters.join("\n");
  }

  async save(): Promise<boolean> {
    const { address, name, language, detail, everything } = this;
    const lines = (text: string) => text.split("\n").map((line) => line.trim()).filter(Boolean);
    const [people, matters] = [lines(this.people), lines(this.matters)];
    try {
      await this.backend.writeTo(this.id, { address, name, language, detail, everything, people, matters, cases: this.#cases });
      return true;
    } catch (thrown) {
      this.refusal = problemOf(thrown);
      return false;
    }
  }
}
