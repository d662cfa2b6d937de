import { createContext } from "svelte";

import { appearance, type Language } from "../i18n/language.svelte";
import { t } from "../i18n/messages";
import type { Backend } from "../ipc/backend";
import type { HealthView, PortfolioChanged, Preferences, Session } from "../ipc/bindings";
import { watchActivity } from "./activity";
import { CaseList } from "./cases.svelte";
import { Clock } from "./clock.svelte";
import { Notices } from "./notices.svelte";
import { CasePane } from "./pane.svelte";

export type Screen = "cases" | "quick" | "settings" | "help";
export type SettingsPage = "general" | "notices" | "mail" | "network" | "security" | "backups";

/** How long events are gathered before the window reads again. */
const GATHER_MS = 60;

/** The main window: what is on screen, and the one place that answers to the shell's events. */
export class Desk {
  session = $state.raw<Session | null>(null);
  preferences = $state.raw<Preferences | null>(null);
  health = $state.raw<HealthView | null>(null);
  screen = $state<Screen>("cases");
  settingsPage = $state<SettingsPage>("general");
  adding = $state(false);
  readonly cases: CaseList;
  readonly pane: CasePane;
  readonly notices = new Notices();
  readonly clock = new Clock();
  #stops: (() => void)[] = [];
  #pending: PortfolioChanged | null = null;
  #catchingUp = false;

  constructor(readonly backend: Backend) {
    this.cases = new CaseList(backend);
    this.pane = new CasePane(backend);
  }

  async start(): Promise<void> {
    // The session names a clicked notification's case once, so a click is heard before it is read.
    this.#stops.push(
      this.clock.start(),
      watchActivity(() => this.backend.stillHere()),
      await this.backend.onPortfolioChanged((event) => this.#changed(event)),
      await this.backend.onOpenCase(() => void this.attempt(() => this.#readSession())),
    );
    await this.attempt(() => this.#readSession());
    await this.attempt(() => Promise.all([this.cases.load(), this.#readPreferences(), this.#readHealth()]));
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Does `work`; a refusal is said in words. Answers whether it was done. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (thrown) {
      this.notices.refuse(thrown);
      return false;
    }
  }

  async openCase(id: number): Promise<void> {
    this.screen = "cases";
    this.cases.selectedId = id;
    await this.attempt(() => this.pane.open(id));
  }

  /** Reads again what the list and the open case show. */
  refresh = (): Promise<boolean> =>
    this.attempt(() => Promise.all([this.cases.load(), this.pane.reload(), this.#readSession(), this.#readHealth()]));


  /** Goes on with the older copy that was put back. */
  async acceptOlder(): Promise<void> {
    if (await this.attempt(() => this.backend.acceptOlder())) await this.refresh();
  }

  async setLanguage(language: Language): Promise<void> {
    appearance.speak(language);
    await this.attempt(() => this.backend.setLanguage(language));
    await this.attempt(() => Promise.all([this.#readPreferences(), this.#readSession()]));
  }

  async setPreferences(preferences: Preferences): Promise<void> {
    this.preferences = preferences;
    appearance.speak(preferences.language);
    appearance.dress(preferences.theme);
    await this.attempt(() => this.backend.setPreferences(preferences));
    await this.attempt(() => Promise.all([this.#readPreferences(), this.#readSession()]));
  }

  /** Hides names and numbers, or shows them again. What was typed to search for a name goes with the names. */
  async setMasked(on: boolean): Promise<void> {
    this.adding = false;
    if (await this.attempt(() => this.backend.setMasked(on))) {
      if (on) this.cases.clearFilter();
      await this.refresh();
    }
  }

  openSettings(page: SettingsPage): void {
    this.settingsPage = page;
    this.screen = "settings";
  }

  switchPortfolio = (): Promise<boolean> => this.attempt(() => this.backend.switchPortfolio());
  lock = (): Promise<boolean> => this.attempt(() => this.backend.lock());
  quit = (): Promise<boolean> => this.attempt(() => this.backend.quit());
  openLink = (url: string): Promise<boolean> => this.attempt(() => this.backend.openLink(url));

  /** A round brings many events; one reading answers all that came meanwhile. */
  #changed(event: PortfolioChanged): void {
    const pending = this.#pending;
    this.#pending = { cases: event.cases || (pending?.cases ?? false), watch: true, preferences: event.preferences || (pending?.preferences ?? false), health: event.health || (pending?.health ?? false) };
    if (!this.#catchingUp) void this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    this.#catchingUp = true;
    while (this.#pending) {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      const { cases, preferences, health } = this.#pending;
      this.#pending = null;
      await this.attempt(async () => {
        if (cases) await Promise.all([this.cases.load(), this.pane.reload()]);
        if (preferences) await this.#readPreferences();
        if (preferences || health) await this.#readHealth();
        await this.#readSession();
      });
    }
    this.#catchingUp = false;
  }

  async #readSession(): Promise<void> {
    const session = await this.backend.session();
    if (this.session?.watch.round && !session.watch.round) this.pane.roundEnded();
    this.session = session;
    appearance.speak(session.language);
    appearance.dress(session.theme);
    if (session.openCase !== null) await this.openCase(session.openCase);
  }

  async #readHealth(): Promise<void> {
    this.health = await this.backend.health();
    if (this.health.memoryWarning) this.notices.say(t("ui.health.memory"));
  }

  async #readPreferences(): Promise<void> {
    this.preferences = await this.backend.preferences();
  }
}

/** The desk of this window, for every component below its root. */
export const [desk, provideDesk] = createContext<Desk>();
