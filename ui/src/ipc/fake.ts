import type { Backend, Stop } from "./backend";
import { crowd, detailOf, rowOf, type Seed, seeds } from "./fakeCases";
import { deeds, outlookOf } from "./fakeActivity";
import { backupRows, DIAGNOSTICS, healthOf, hoursAgo } from "./fakeHealth";
import { FakeMail } from "./fakeMail";
import { FakeNetwork } from "./fakeNetwork";
import { read } from "./fakeReceipts";
import { ProblemError, refuse } from "./problem";
import type { AccessRequest, BackupsView, Computer, DamageView, GroupCode, HealthView, MailView, PhoneCode, PortfolioChanged, Preferences, Problem, QuickCheck, SecretJob, SecretView, SecurityView, ServiceSettings, Session, TellingRules, TellingTimes, UnlockView, Verdict } from "./bindings";

type Language = Preferences["language"];

/** What can be arranged before the fake starts. */
export type Scene = {
  portfolios: string[];
  /** Unread changes of each portfolio that is checked in the background; null where none is. */
  beside: number | null;
  cases: "some" | "none" | "many";
  service: Session["service"];
  /** A ProblemKind code of the service as a whole. */
  trouble: string | null;
  /** A Problem code of the portfolio itself. */
  broken: string | null;
  /** A Problem code that kept the portfolio from opening by itself. */
  unopened: string | null;
  /** Whether the system refuses to start programs at sign-in. */
  refusesStart: boolean;
  /** Whether the system tells of the screen lock. */
  tellsOfLocks: boolean;
  /** How the portfolio is opened. */
  mode: SecurityView["mode"];
  /** What is wrong with the portfolio. */
  health: Partial<HealthView>;
  /** The portfolio that did not open because a file of it is damaged, and what can be done. */
  damaged: string | null;
  damage: Partial<DamageView>;
  /** How e-mail goes, where it differs. */
  mail: Partial<MailView>;
  /** A code of a failure of e-mail with which every test of e-mail ends. */
  mailTest: string | null;
  /** Whether a portfolio with a service goes on behind the gate. */
  behind: boolean;
  language: Language;
  theme: Preferences["theme"];
  /** Called where the shell would open and close windows. */
  go: (page: "index.html" | "gate.html" | "unlock.html" | "secret.html") => void;
};

const AS_IT_COMES: TellingTimes = { quietHours: null, quietDays: [], digest: "as_it_comes", digestAt: "17:00", digestDay: "mo", urgentAtOnce: false };
const CODE = "K7QM-2XHD-9RTP-4WVC-B6NJ-8YFA-3EZG-5SUK-H";
const bare = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, "");

/** A whole portfolio in memory: invented people, no network, nothing kept. */
export class FakeBackend implements Backend {
  readonly #scene: Scene;
  #seeds: Seed[];
  #preferences: Preferences;
  #rules: TellingRules = { desktop: AS_IT_COMES, email: AS_IT_COMES };
  #service: ServiceSettings = { preset: "sandbox", tokenUrl: "", apiBase: "", clientId: "", secretSet: false, perSecond: 5, perDay: 1000 };
  readonly #post = new FakeMail(() => this.#scene);
  readonly #net = new FakeNetwork();
  #calls = 412;
  #changed = new Set<(event: PortfolioChanged) => void>();
  #open = new Set<() => void>();
  #clicked: number | null = null;
  /** Addresses handed to `openLink`. */
  readonly opened: string[] = [];
  /** The services handed to `quickCheck`. */
  readonly asked: (AccessRequest | null)[] = [];
  /** Whether the system starts the program at sign-in; none when it does not say. */
  startsAtSignIn: Computer["startsAtSignIn"] = false;
  /** What was put on the clipboard. */
  readonly copied: string[] = [];
  /** The portfolio chosen at the gate. */
  chosen: string | null = null;
  #tries = 0;
  #barredUntil = 0;
  #job: SecretJob = "passphrase";
  #masked = false;
  #behindLock = true;
  #lastBackup: string | null = hoursAgo(5);
  /** Whether the program was asked to end. */
  ended = false;

  constructor(scene: Partial<Scene> = {}) {
    this.#scene = { portfolios: [], beside: null, cases: "some", service: "ready", trouble: null, broken: null, unopened: null, refusesStart: false, tellsOfLocks: true, mode: "computer", health: {}, damaged: null, damage: {}, behind: false, mail: {}, mailTest: null, language: "en", theme: "system", go: () => {}, ...scene };
    this.#seeds = this.#scene.cases === "none" ? [] : this.#scene.cases === "many" ? [...seeds(), ...crowd(2400)] : seeds();
    this.#preferences = { language: this.#scene.language, theme: this.#scene.theme, notifications: true, noticeDetail: "generic", silentTold: false, closeToTray: true, lockWithScreen: true, lockAfterMinutes: 10, shortestWaitHours: 1, longestWaitDays: 30 };
    if (this.#scene.service === "ready") this.#service = { ...this.#service, tokenUrl: "https://api-int.uscis.gov/oauth/accesstoken", apiBase: "https://api-int.uscis.gov/case-status", clientId: "4f1c-demo", secretSet: true };
    if (this.#scene.service === "practice") this.#service = { ...this.#service, preset: "practice" };
  }

  startPractice = async () => this.#enter();

  // The gate.
  gate = async () => ({
    portfolios: this.#scene.portfolios.map((userId) => ({ userId, computerSlot: false, unreadBeside: this.#scene.beside, problem: null })),
    language: this.#preferences.language, theme: this.#preferences.theme, keyStore: true, version: "0.1.0",
    problem: this.#takeProblem(), serviceReady: this.#scene.behind, damaged: this.#scene.damaged,
  });
  /** Said once. */
  #takeProblem(): Problem | null {
    const code = this.#scene.unopened;
    this.#scene.unopened = null;
    return code ? { code, params: {} } : null;
  }
  createPortfolio: Backend["createPortfolio"] = async ({ userId, passphrase, computerSlot, watchBehindLock }) => {
    this.#behindLock = watchBehindLock;
    if (!/^[\w.@-]{1,40}$/.test(userId)) refuse("user_id_invalid");
    if (this.#scene.portfolios.includes(userId)) refuse("user_id_taken");
    if (passphrase.length < 12) refuse("passphrase_too_short", { minimum: "12" });
    return { recoveryCode: CODE, computerSlot };
  };
  confirmRecoveryCode: Backend["confirmRecoveryCode"] = async (code) => {
    return bare(code) === bare(CODE) ? this.#enter() : refuse("recovery_code_differs");
  };
  choosePortfolio = async (userId: string) => {
    this.chosen = userId;
    return this.#go("unlock.html");
  };
  chooseBackup = async () => ({ fileName: "2026-11-22T140509Z-daily.casefolio" });
  damage = async (userId: string): Promise<DamageView> => ({
    userId, problem: { code: "portfolio_damaged", params: {} }, findings: ["damaged_page"], keysCanBeRepaired: false, canBeSalvaged: true, canBeRestored: true, ...this.#scene.damage,
  });
  repairKeys = async () => {
    this.#scene.damaged = null;
    return null;
  };
  salvage: Backend["salvage"] = async ({ opener, damaged: _damaged, ...request }) => {
    if (opener.by === "passphrase" && !this.#proves(opener.passphrase)) refuse("wrong_passphrase");
    const created = await this.createPortfolio(request);
    return { created, report: { cases: 15, casesAnew: 1, casesLost: 1, observations: 58, observationsLost: 3, changes: 41, changesLost: 0 } };
  };
  restoreBackup: Backend["restoreBackup"] = async (opener, inItsPlace) => {
    if (opener.by === "passphrase" && !this.#proves(opener.passphrase)) refuse("wrong_passphrase");
    if (this.#scene.damaged !== null && inItsPlace === "nothing") refuse("restore_exists");
    if (this.#scene.damage.findings?.includes("keys_damaged") && inItsPlace !== "damaged_unproven") refuse("restore_unproven");
    return this.#enter();
  };
  copyRecoveryCode = async () => this.#copy(CODE);

  // The unlock window. Five wrong tries are free, then each one waits longer.
  unlockView = (): UnlockView => ({
    userId: this.#scene.portfolios[0] ?? "rivera.law", language: this.#preferences.language, theme: this.#preferences.theme,
    problem: this.#waiting() ?? this.#takeProblem(), goesOn: this.#scene.behind,
  });
  unlock: Backend["unlock"] = async (request) => {
    if (request.by === "leave") return this.#go("gate.html");
    if (request.by === "language") return this.setLanguage(request.language);
    if (request.by === "recovery_code") return this.confirmRecoveryCode(request.recoveryCode);
    return this.#proves(request.passphrase) ? this.#go("index.html") : refuse("wrong_passphrase");
  };
  #waiting(): Problem | null {
    const wait = Math.ceil((this.#barredUntil - Date.now()) / 1000);
    return wait > 0 ? { code: "too_many_tries", params: { seconds: String(wait) } } : null;
  }
  #proves(passphrase: string): boolean {
    const waiting = this.#waiting();
    if (waiting) throw new ProblemError(waiting);
    if (passphrase.length >= 12) return true;
    this.#tries++;
    if (this.#tries >= 5) this.#barredUntil = Date.now() + 1000 * Math.min(60, 2 ** (this.#tries - 5));
    return false;
  }

  // The window of secrets.
  secretView = (): SecretView => ({ job: this.#job, userId: this.#scene.portfolios[0] ?? "rivera.law", language: this.#preferences.language, theme: this.#preferences.theme, problem: this.#waiting() });
  openSecret = async (job: SecretJob, go = true) => {
    this.#job = job;
    return go ? this.#go("secret.html") : null;
  };
  secret: Backend["secret"] = async (request) => {
    if (request.do === "close") return this.#go("index.html");
    if (request.do === "copy_recovery_code") return this.#copy(CODE);
    if (request.do === "confirm_recovery_code") return bare(request.recoveryCode) === bare(CODE) ? null : refuse("recovery_code_differs");
    if (!this.#proves(request.passphrase)) refuse("wrong_passphrase");
    return request.do === "new_recovery_code" ? CODE : null;
  };
  #enter = (): null => this.#go("index.html");
  #go(page: Parameters<Scene["go"]>[0]): null {
    this.#scene.go(page);
    return null;
  }
  #copy(text: string): null {
    this.copied.push(text);
    return null;
  }

  // The main window.
  stillHere = async () => null;
  security = async (): Promise<SecurityView> => ({ mode: this.#scene.mode, wantsWatchBehindLock: this.#behindLock, watchesBehindLock: this.#behindLock, keyStore: true });
  setWatchBehindLock = async (on: boolean) => {
    this.#behindLock = on;
    return null;
  };
  backups = async (): Promise<BackupsView> => ({
    folder: "/media/office/casefolio/portfolios/6f0c/backups", lastAt: this.#lastBackup, overdue: this.#scene.health.backupOverdue ?? false, entries: backupRows(this.#lastBackup),
  });
  backUp = async () => {
    this.#lastBackup = new Date().toISOString();
    this.#scene.health = { ...this.#scene.health, backupOverdue: false, lastBackupAt: this.#lastBackup };
    return null;
  };
  diagnostics = async () => DIAGNOSTICS;
  saveDiagnostics = async () => true;
  health = async (): Promise<HealthView> => ({ damaged: false, damageFoundAt: null, rolledBack: null, folder: [], setAside: null, lastBackupAt: this.#lastBackup, backupOverdue: false, recoveryConfirmed: true, memoryWarning: false, ...this.#scene.health });
  acceptOlder = async () => {
    this.#scene.health = { ...this.#scene.health, rolledBack: null };
    return null;
  };
  openRepair = async () => this.#go("gate.html");
  session = async (): Promise<Session> => ({
    userId: this.#hidden(this.#scene.portfolios[0] ?? "rivera.law"), masked: this.#masked, practice: this.#scene.service === "practice", language: this.#preferences.language, theme: this.#preferences.theme, version: "0.1.0",
    cases: this.#seeds.length, unread: this.#seeds.filter((seed) => seed.unread).length, others: this.#scene.beside, service: this.#scene.service,
    watch: { running: this.#scene.service !== "not_set", round: null, nextRoundAt: new Date(Date.now() + 1_800_000).toISOString(), callsToday: this.#calls, callsPerDay: this.#service.perDay, serviceProblem: this.#scene.trouble, portfolioProblem: this.#scene.broken },
    openCase: this.#takeClicked(),
  });
  #takeClicked(): number | null {
    const id = this.#clicked;
    this.#clicked = null;
    return id;
  }
  listCases = async () => this.#seeds.map((seed) => rowOf(this.#shown(seed), new Date()));
  showCase = async (id: number) => detailOf(this.#shown(this.#find(id)), new Date());
  copyReceipt = async (id: number) => this.#copy(this.#find(id).receipt);
  copyPhone = async (phone: PhoneCode) => this.#copy(phone);
  setMasked = async (on: boolean) => {
    this.#masked = on;
    return null;
  };
  #hidden = (name: string): string => (this.#masked && name !== "" ? "••••••" : name);
  #shown = (seed: Seed): Seed =>
    this.#masked ? { ...seed, person: this.#hidden(seed.person), label: this.#hidden(seed.label), receipt: "•••••••••" + seed.receipt.slice(-4) } : seed;
  readReceipts = async (text: string): Promise<Verdict[]> => read(text, (receipt) => this.#seeds.some((seed) => seed.receipt === receipt));
  addCases: Backend["addCases"] = async ({ text, person, label }) => {
    const verdicts = await this.readReceipts(text);
    return verdicts.map((verdict) => {
      if (verdict.verdict !== "new" || verdict.receipt === null) return verdict;
      const id = 1 + Math.max(0, ...this.#seeds.map((seed) => seed.id));
      this.#seeds = [...this.#seeds, { id, receipt: verdict.receipt, person, label, form: "I-130", past: [], next: ["received", "review"] }];
      this.#tell();
      return { ...verdict, verdict: "added" as const };
    });
  };
  describeCase: Backend["describeCase"] = async ({ id, person, label }) => this.#masked ? refuse("masked") : this.#edit(id, { person, label });
  removeCase = async (id: number) => {
    this.#seeds = this.#seeds.filter((seed) => seed.id !== id);
    return this.#tell();
  };
  markRead = async (id: number) => this.#edit(id, { unread: false });
  markAllRead = async () => {
    this.#seeds = this.#seeds.map((seed) => ({ ...seed, unread: false }));
    return this.#tell();
  };
  outlook = async () => outlookOf(this.#seeds, this.#calls);
  activity = async () => deeds();
  tellingRules = async () => this.#rules;
  setTellingRules = async (rules: TellingRules) => {
    this.#rules = rules;
    return null;
  };
  mail = this.#post.mail;
  setMail = this.#post.setMail;
  forgetMail = this.#post.forgetMail;
  testMail = this.#post.testMail;
  signInMail = this.#post.signInMail;
  stopSigningIn = this.#post.stopSigningIn;
  writeTo = this.#post.writeTo;
  stopWritingTo = this.#post.stopWritingTo;
  network = this.#net.network;
  setProxy = this.#net.setProxy;
  chooseCompanyRoot = this.#net.chooseCompanyRoot;
  forgetCompanyRoot = this.#net.forgetCompanyRoot;
  muteCase = async (id: number, muted: boolean) => this.#edit(id, { muted });
  switchPortfolio = async () => (this.#scene.go("gate.html"), null);
  muteAllLike = async (id: number, group: GroupCode, muted: boolean) => {
    const [of, mark] = group === "person" ? (["person", "personMuted"] as const) : (["label", "matterMuted"] as const);
    const name = this.#find(id)[of];
    for (const seed of this.#seeds.filter((seed) => seed[of] === name)) this.#edit(seed.id, { [mark]: muted });
    return null;
  };
  snoozeCase = async (id: number, until: string | null) => this.#edit(id, { snoozedUntil: until && `${until}T13:00:00Z` });
  starCase = async (id: number, starred: boolean) => this.#edit(id, { starred });
  checkNow = async (ids: number[]) => {
    if (this.#scene.service === "not_set") refuse("service_not_set");
    for (const id of ids) this.#edit(id, { problem: undefined });
    this.#calls += ids.length || this.#seeds.length;
    return this.#tell();
  };
  quickCheck = async (receipt: string, service: AccessRequest | null): Promise<QuickCheck> => {
    this.asked.push(service);
    const [verdict] = read(receipt, () => false);
    if (!verdict?.receipt) return refuse("receipt_refused", refusalOf(verdict));
    const seed = this.#seeds.find((known) => known.receipt === verdict.receipt);
    const checkedAt = new Date().toISOString();
    if (seed) return { ...detailOf(seed, new Date()), message: null, checkedAt };
    return { receipt: verdict.receipt, form: null, formName: null, stage: "none", title: null, text: null, history: [], progress: [], problem: "not_recognised", message: "Case Status Online does not recognize the receipt number entered. Please check your receipt number and try again.", checkedAt };
  };
  serviceSettings = async () => this.#service;
  setService: Backend["setService"] = async ({ clientSecret, ...fields }) => {
    if (fields.preset !== "practice" && !fields.tokenUrl.startsWith("https://")) refuse("not_secure");
    this.#service = { ...fields, secretSet: clientSecret !== null || this.#service.secretSet };
    this.#scene.service = fields.preset === "practice" ? "practice" : "ready";
    return this.#tell();
  };
  testService = async () => (this.#service.secretSet ? { ok: true, problem: null, message: null } : { ok: false, problem: "not_authorised", message: "Invalid Access Token" });
  preferences = async () => this.#preferences;
  setPreferences = async (preferences: Preferences) => {
    this.#preferences = preferences;
    return null;
  };
  testNotification = async () => null;
  computer = async (): Promise<Computer> => ({ startsAtSignIn: this.startsAtSignIn, tellsOfLocks: this.#scene.tellsOfLocks });
  startAtSignIn = async (on: boolean) => {
    if (this.#scene.refusesStart) refuse("sign_in_start_refused");
    this.startsAtSignIn = on;
    return null;
  };
  openLink = async (url: string) => {
    this.opened.push(url);
    return null;
  };
  setLanguage = async (language: Language) => {
    this.#preferences = { ...this.#preferences, language };
    return null;
  };
  lock = async () => {
    return this.#go(this.#scene.portfolios.length > 1 ? "gate.html" : "unlock.html");
  };
  quit = async () => {
    this.ended = true;
    return null;
  };
  onPortfolioChanged = async (listener: (event: PortfolioChanged) => void): Promise<Stop> => subscribe(this.#changed, listener);
  onOpenCase = async (listener: () => void): Promise<Stop> => subscribe(this.#open, listener);

  /** Lets the next case move on, as the service would. Answers with its id. */
  advance(): number | null {
    const moving = this.#seeds.find((seed) => seed.next.length > 0);
    if (!moving) return null;
    const [key, ...next] = moving.next;
    if (key) this.#edit(moving.id, { past: [...moving.past, [key, 0]], next, unread: true, problem: undefined });
    return moving.id;
  }

  /** As if a notification about this case had been clicked. */
  click(id: number): void {
    this.#clicked = id;
    for (const listener of this.#open) listener();
  }

  #find(id: number): Seed {
    return this.#seeds.find((seed) => seed.id === id) ?? refuse("no_such_case");
  }

  #edit(id: number, change: Partial<Seed>): null {
    this.#seeds = this.#seeds.map((seed) => (seed.id === id ? { ...seed, ...change } : seed));
    return this.#tell();
  }

  #tell(): null {
    for (const listener of this.#changed) listener({ cases: true, watch: true, preferences: false, health: false });
    return null;
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): Stop {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const refusalOf = (verdict: Verdict | undefined): Record<string, string> => ({
  reason: verdict?.reason?.replace("receipt.refused.", "") ?? "empty",
  ...(verdict?.proposal ? { proposal: verdict.proposal } : {}),
});

/** A fake arranged by the page's address: `?cases=none&service=not_set&lang=es&theme=dark&portfolios=a,b&still`. */
export function fakeFromAddress(): FakeBackend {
  const query = new URLSearchParams(location.search);
  const asked = {
    cases: query.get("cases"), service: query.get("service"), trouble: query.get("trouble"), broken: query.get("broken"), unopened: query.get("unopened"), mode: query.get("mode"), health: healthOf(query.get("health")), damaged: query.get("damaged"), behind: query.has("behind"), language: query.get("lang"), theme: query.get("theme"),
    portfolios: query.get("portfolios")?.split(",").filter(Boolean),
    beside: query.has("beside") ? Number(query.get("beside")) : null,
  };
  const scene = Object.fromEntries(Object.entries(asked).filter(([, value]) => value)) as Partial<Scene>;
  const fake = new FakeBackend({ ...scene, go: (page) => location.assign(`${page}${location.search}`) });
  const job = query.get("job");
  if (job) void fake.openSecret(job as SecretJob, false);
  if (!query.has("still")) setInterval(() => fake.advance(), 9000);
  return fake;
}
