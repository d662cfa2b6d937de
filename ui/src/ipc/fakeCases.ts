import type { CaseDetail, CaseRow, HistoryEntry, ProgressStep, Words } from "./bindings";

type Status = { stage: string; title: Words; text: Words; step: number };

const YOUR = (form: string) => `your Form ${form}`;

/** Titles as the service words them, with a text in both languages; `step` is the place in the progress picture. */
const STATUSES = {
  received: status("accepted", 0, "Case Was Received and A Receipt Notice Was Sent", "Caso Recibido Y Notificación De Recibo Enviada"),
  fingerprints: status("biometrics", 1, "Case Was Updated To Show Fingerprints Were Taken", "Caso Actualizado Para Informar Que Se Tomaron Las Huellas Dactilares"),
  review: status("under_review", 1, "Case Is Being Actively Reviewed By USCIS", "Caso Siendo Revisado Activamente Por USCIS"),
  evidence: status("evidence_requested", 2, "Request for Additional Evidence Was Sent", "Se Envió Solicitud De Evidencia Adicional"),
  response: status("evidence_response", 2, "Response To USCIS' Request For Evidence Was Received", "Respuesta A La Petición De Evidencia Enviada Por USCIS Fue Recibida"),
  interview: status("interview", 3, "Interview Was Scheduled", "Entrevista Programada"),
  approved: status("approved", 4, "Case Was Approved", "Caso Fue Aprobado"),
  denied: status("denied", 4, "Case Was Denied", "Caso Fue Denegado"),
  terminated: status("denied", 4, "Case Was Terminated", "Caso Fue Terminado"),
  transferred: status("transferred", 0, "Case Transferred To Another Office", ""),
  produced: status("card_or_document_produced", 5, "New Card Is Being Produced", ""),
  mailed: status("card_or_document_mailed", 5, "Card Was Mailed To Me", "Tarjeta Me Fue Enviada Por Correo"),
  oath: status("naturalization", 4, "Oath Ceremony Notice Was Mailed", ""),
} as const;

export type StatusKey = keyof typeof STATUSES;

function status(stage: string, step: number, en: string, es: string): Status {
  return { stage, step, title: { en, es }, text: { en: "", es: "" } };
}

/** One invented case: its past is a list of statuses with their age in hours, oldest first. */
export type Seed = {
  id: number;
  receipt: string;
  person: string;
  label: string;
  form: string;
  past: [StatusKey, number][];
  next: StatusKey[];
  unread?: boolean;
  problem?: string;
  doubtfulSince?: string;
  staleFrom?: string;
  muted?: boolean;
  personMuted?: boolean;
  matterMuted?: boolean;
  snoozedUntil?: string | null;
  starred?: boolean;
};

const FORMS: Record<string, Words> = {
  "I-485": { en: "Application to Register Permanent Residence or Adjust Status", es: "Solicitud de Registro de Residencia Permanente o Ajuste de Estatus" },
  "I-765": { en: "Application for Employment Authorization", es: "Solicitud de Autorización de Empleo" },
  "I-140": { en: "Immigrant Petition for Alien Workers", es: "" },
  "I-129": { en: "Petition for a Nonimmigrant Worker", es: "" },
  "N-400": { en: "Application for Naturalization", es: "Solicitud de Naturalización" },
  "I-130": { en: "Petition for Alien Relative", es: "Petición de Familiar Extranjero" },
  "I-751": { en: "Petition to Remove Conditions on Residence", es: "Petición para Cancelar las Condiciones en la Residencia" },
  "I-131": { en: "Application for Travel Documents, Parole Documents, and Arrival/Departure Records", es: "" },
  "I-539": { en: "Application to Extend/Change Nonimmigrant Status", es: "" },
};
const OFFICES: Record<string, string> = {
  IOE: "ELIS, electronic",
  EAC: "Vermont Service Center",
  WAC: "California Service Center",
  LIN: "Nebraska Service Center",
  SRC: "Texas Service Center",
  MSC: "National Benefits Center",
  YSC: "Potomac Service Center",
};

const D = 24;
const seed = (id: number, receipt: string, form: string, person: string, past: Seed["past"], next: StatusKey[], more: Partial<Seed> = {}): Seed => ({
  id, receipt, form, person, past, next, label: "", ...more,
});

/** Sixteen invented people. */
export const seeds = (): Seed[] => [
  seed(1, "IOE0912345678", "I-485", "Amara Okafor", [["received", 256 * D], ["fingerprints", 171 * D], ["review", 51 * D], ["evidence", 2]], ["response", "approved"], { unread: true, label: "Okafor family" }),
  seed(2, "MSC2490150002", "I-765", "Luis Fernando Peña", [["received", 140 * D], ["approved", 9 * D], ["mailed", 5]], [], { unread: true }),
  seed(3, "EAC2490150117", "I-140", "Chen Yu-Ting", [["received", 60 * D], ["approved", 1.2 * D]], [], { unread: true, label: "Northwind Robotics" }),
  seed(4, "WAC2401250960", "I-129", "Priya Raghunathan", [["received", 40 * D], ["review", 3 * D]], ["approved"], { unread: true, label: "Northwind Robotics" }),
  seed(5, "IOE0915550128", "N-400", "Marta Kowalczyk", [["received", 200 * D], ["fingerprints", 120 * D], ["interview", 10 * D]], ["oath"]),
  seed(6, "SRC2490150004", "I-130", "Diego Alvarado Ruiz", [["received", 23 * D]], ["review"]),
  seed(7, "LIN2490150003", "I-751", "Sofía Herrera", [["received", 90 * D], ["fingerprints", 50 * D]], ["review"], { problem: "closed" }),
  seed(8, "IOE0911112207", "I-131", "Ngozi Eze", [["received", 150 * D], ["approved", 65 * D]], ["produced"]),
  seed(9, "YSC2490150005", "I-539", "Tomás Villanueva", [["received", 220 * D], ["denied", 66 * D]], []),
  seed(10, "IOE0917770341", "I-765", "Hana Sato", [["received", 130 * D], ["review", 67 * D]], ["produced", "mailed"]),
  seed(11, "MSC2490154410", "I-485", "Ibrahim Diallo", [["received", 300 * D], ["transferred", 180 * D], ["interview", 68 * D]], ["approved"]),
  seed(12, "EAC2490150552", "I-140", "Elena Petrova", [["received", 160 * D], ["evidence", 110 * D], ["response", 70 * D]], ["approved"], { label: "Harbor Clinic" }),
  seed(13, "WAC2490150771", "I-129", "Kwame Mensah", [["received", 120 * D], ["approved", 71 * D]], [], { label: "Harbor Clinic" }),
  seed(14, "LIN2390160118", "I-485", "María de los Ángeles Fuentes Castañeda", [["received", 400 * D], ["fingerprints", 350 * D], ["transferred", 80 * D]], ["interview"]),
  seed(15, "IOE0919998123", "I-130", "Oleksandr Bondarenko", [["received", 500 * D], ["terminated", 90 * D]], []),
  seed(16, "IOE0920001002", "I-765", "", [], ["received"], { label: "New hire, starts in January", problem: "not_recognised" }),
];

const OTHER_FIRST = ["Ana", "Wei", "Fatima", "José", "Olga", "Kenji", "Aisha", "Pedro", "Ingrid", "Samuel"];
const OTHER_LAST = ["Ramírez", "Nguyen", "Haddad", "Silva", "Ivanova", "Tanaka", "Abebe", "Morales", "Larsen", "Cohen"];
const CYCLE: StatusKey[] = ["received", "review", "fingerprints", "interview", "approved", "produced", "response", "transferred"];

/** As many quiet cases more as it takes to try a large portfolio. */
export const crowd = (size: number): Seed[] =>
  Array.from({ length: size }, (_, n) =>
    seed(1000 + n, `IOE09${String(30_000_000 + n * 37)}`, Object.keys(FORMS)[n % 9] ?? "I-130", `${OTHER_FIRST[n % 10]} ${OTHER_LAST[Math.floor(n / 10) % 10]}`,
      [["received", (200 + (n % 90)) * D], [CYCLE[n % CYCLE.length] ?? "review", (95 + (n % 100)) * D]], []),
  );

const ago = (now: Date, hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();

export function rowOf(seed: Seed, now: Date): CaseRow {
  const last = seed.past.at(-1);
  const failed = seed.problem !== undefined;
  return {
    id: seed.id, receipt: seed.receipt, person: seed.person, label: seed.label, form: last ? seed.form : null,
    stage: last ? STATUSES[last[0]].stage : "none", title: last ? STATUSES[last[0]].title : null,
    changedAt: last && seed.past.length > 1 ? ago(now, last[1]) : null, checkedAt: ago(now, 0.4), answeredAt: last ? ago(now, failed ? 20 : 0.4) : null,
    problem: seed.problem ?? null, unread: seed.unread ?? false, deniedInText: last?.[0] === "terminated",
    doubtfulSince: seed.doubtfulSince ?? null, staleFrom: seed.staleFrom ?? null, muted: [seed.muted, seed.personMuted, seed.matterMuted].some(Boolean), snoozedUntil: seed.snoozedUntil ?? null, starred: seed.starred ?? false,
  };
}

export function detailOf(seed: Seed, now: Date): CaseDetail {
  const row = rowOf(seed, now);
  const last = seed.past.at(-1);
  const before = seed.past.at(-2);
  const online = seed.receipt.startsWith("IOE");
  return {
    ...row, office: OFFICES[seed.receipt.slice(0, 3)] ?? null, fiscalYear: online ? null : 2000 + Number(seed.receipt.slice(3, 5)), remark: null,
    formName: row.form ? (FORMS[seed.form] ?? null) : null, text: last ? textOf(seed, last, now) : null,
    links: last ? [{ label: "www.uscis.gov/addresschange", url: "https://www.uscis.gov/addresschange" }] : [],
    submitted: online || !seed.past[0] ? null : ago(now, seed.past[0][1]), modified: online || !last ? null : ago(now, last[1]),
    progress: progressOf(seed), history: historyOf(seed, now),
    changes: last && before ? [{ at: ago(now, last[1]), kind: "title", before: STATUSES[before[0]].title, after: STATUSES[last[0]].title, added: [] }] : [],
    dueAt: ago(now, -0.5), dueWhy: "worth", timesSeen: last ? 12 : 0,
    mutes: { case: seed.muted ?? false, person: seed.personMuted ?? false, matter: seed.matterMuted ?? false },
  };
}

function textOf(seed: Seed, [key, hours]: [StatusKey, number], now: Date): Words {
  const at = new Date(now.getTime() - hours * 3_600_000);
  const on = (locale: string) => new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(at);
  const title = STATUSES[key].title;
  return {
    en: `On ${on("en-US")}, we updated ${YOUR(seed.form)}, Receipt Number ${seed.receipt}: ${title.en.toLowerCase()}. We will mail you a notice that explains what happens next; follow the instructions in it.\nIf you move, go to www.uscis.gov/addresschange to give us your new mailing address.`,
    es: title.es === "" ? "" : `El ${on("es-US")} actualizamos su Formulario ${seed.form}, Número de Recibo ${seed.receipt}: ${title.es.toLowerCase()}. Le enviaremos por correo una notificación que explica los próximos pasos; siga las instrucciones que contiene.\nSi se muda, visite www.uscis.gov/addresschange para darnos su nueva dirección postal.`,
  };
}

function historyOf(seed: Seed, now: Date): HistoryEntry[] {
  return seed.past
    .map(([key, hours]): HistoryEntry => {
      const recent = hours < 48;
      const at = ago(now, hours);
      return { at: recent ? at : at.slice(0, 10), dateOnly: !recent, source: recent ? "seen" : "service", text: STATUSES[key].title };
    })
    .reverse();
}

function progressOf(seed: Seed): ProgressStep[] {
  const codes = ["received", "biometrics", "evidence", "interview", "decision", "document"] as const;
  const reached = new Set(seed.past.map(([key]) => STATUSES[key].step));
  const at = Math.max(-1, ...reached);
  return codes.map((code, step) => ({ code, state: step === at ? "now" : step > at ? "ahead" : reached.has(step) ? "done" : "unknown" }));
}
