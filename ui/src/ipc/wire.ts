/** The contract with the shell: what crosses the wire. Times are RFC 3339 UTC, dates YYYY-MM-DD. */
export type Problem = { code: string; params: Record<string, string> };      // words: problem.<code> with %{param}
export type Words = { en: string; es: string };                              // es may be empty

// ---- gate window (gate.html, label "gate", small: 460x640): welcome · create · recovery code · unlock · recover · quick check
export type GateView = { portfolios: { userId: string; computerSlot: boolean }[]; language: "en" | "es"; theme: "system"|"light"|"dark"; keyStore: boolean /* OS key store answers */; version: string };
export type CreateRequest = { userId: string; passphrase: string; computerSlot: boolean };
export type Created = { recoveryCode: string; computerSlot: boolean };       // shown once; groups of four with dashes
export type UnlockRequest = { userId: string; passphrase: string };
export type RecoverRequest = { userId: string; recoveryCode: string; passphrase: string };
export interface GateCommands {
  gate(): Promise<GateView>;
  createPortfolio(request: CreateRequest): Promise<Created>;     // problems: user_id_invalid, user_id_taken, passphrase_too_short{minimum}, passphrase_too_long, passphrase_common
  confirmRecoveryCode(code: string): Promise<null>;              // problem recovery_code_differs; on success the main window opens and the gate closes
  unlock(request: UnlockRequest): Promise<null>;                 // problem wrong_passphrase, portfolio_busy, portfolio_damaged …
  recoverPortfolio(request: RecoverRequest): Promise<null>;
  startPractice(): Promise<null>;                                // opens the main window on a throw-away practice portfolio
  quickCheck(receipt: string): Promise<QuickCheck>;              // without a portfolio it can only ask the practice service unless a service is set: problem service_not_set
  setLanguage(language: "en" | "es"): Promise<null>;
}
// ---- main window (index.html, label "main", 1200x800, min 900x600)
export type Session = { userId: string; practice: boolean; language: "en"|"es"; theme: "system"|"light"|"dark"; version: string; cases: number; unread: number; service: ServiceState; watch: WatchState; openCase: number | null /* its notification was clicked before this window was open; told once */ };
export type ServiceState = "not_set" | "ready" | "practice";
export type WatchState = { running: boolean; round: { done: number; total: number } | null; nextRoundAt: string | null; callsToday: number; callsPerDay: number; serviceProblem: string | null /* ProblemKind code of the service as a whole */ };
export type CaseRow = { id: number; receipt: string; person: string; label: string; form: string | null; stage: string /* code or "unknown" or "none" before the first answer */; title: Words | null; changedAt: string|null; checkedAt: string|null; answeredAt: string|null; problem: string|null /* ProblemKind code */; unread: boolean; deniedInText: boolean /* text says denied though the title says terminated */ };
export type ProgressStep = { code: "received"|"biometrics"|"evidence"|"interview"|"decision"|"document"; state: "done"|"now"|"unknown"|"ahead" };   // unknown = not reported by the service, drawn dashed, never as "not done"
export type HistoryEntry = { at: string /* date or time */; dateOnly: boolean; source: "service" | "seen"; text: Words };          // newest first
export type ChangeEntry = { at: string; kind: string /* ChangeKind code */; before: Words | null; after: Words | null; added: Words[] };  // newest first
export type CaseDetail = CaseRow & { office: string|null; fiscalYear: number|null; remark: string|null /* receipt.remark.<code> */; formName: Words|null; text: Words|null; links: {label:string; url:string}[]; submitted: string|null; modified: string|null; progress: ProgressStep[]; history: HistoryEntry[]; changes: ChangeEntry[]; dueAt: string|null; timesSeen: number };
export type Verdict = { line: number; input: string; receipt: string|null; verdict: "added"|"duplicate"|"refused"|"new" /* "new" in a dry run */; reason: string|null /* receipt.refused.<code> or receipt.remark.<code> */; proposal: string|null /* "did you mean", never applied silently */ };
export type QuickCheck = { receipt: string; form: string|null; formName: Words|null; stage: string; title: Words|null; text: Words|null; history: HistoryEntry[]; progress: ProgressStep[]; problem: string|null; message: string|null /* the service's own words */; checkedAt: string };
export type ServiceSettings = { preset: "practice"|"sandbox"|"production"|"other"; tokenUrl: string; apiBase: string; clientId: string; secretSet: boolean; perSecond: number; perDay: number };
export type SetServiceRequest = { preset: "practice"|"sandbox"|"production"|"other"; tokenUrl: string; apiBase: string; clientId: string; clientSecret: string|null /* null = keep */; perSecond: number; perDay: number };
export type Preferences = { language: "en"|"es"; theme: "system"|"light"|"dark"; notifications: boolean; noticeDetail: "generic"|"detailed"; closeToTray: boolean };
export interface MainCommands {
  session(): Promise<Session>;
  listCases(): Promise<CaseRow[]>;
  showCase(id: number): Promise<CaseDetail>;
  readReceipts(text: string): Promise<Verdict[]>;                 // dry run: what adding would do, a verdict a line
  addCases(request: { text: string; person: string; label: string }): Promise<Verdict[]>;
  describeCase(request: { id: number; person: string; label: string }): Promise<null>;
  removeCase(id: number): Promise<null>;
  markRead(id: number): Promise<null>;
  markAllRead(): Promise<null>;
  checkNow(ids: number[]): Promise<null>;                         // empty = all; result arrives by events
  quickCheck(receipt: string): Promise<QuickCheck>;
  serviceSettings(): Promise<ServiceSettings>;
  setService(request: SetServiceRequest): Promise<null>;          // problems endpoint_not_https, endpoint_unreadable, secret_missing, secret_bound_to_host
  testService(): Promise<{ ok: boolean; problem: string|null; message: string|null }>;
  preferences(): Promise<Preferences>;
  setPreferences(preferences: Preferences): Promise<null>;
  testNotification(): Promise<null>;                              // problem notification_service_missing
  openLink(url: string): Promise<null>;                           // allow list in Rust
  setLanguage(language: "en" | "es"): Promise<null>;
  lock(): Promise<null>;                                          // closes this window, opens the gate
}
// events (Rust -> UI)
export type PortfolioChanged = { cases: boolean; watch: boolean; preferences: boolean };   // read again what you show
export type OpenCase = { id: number };                                                      // a notification was clicked
