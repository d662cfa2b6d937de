import type { CaseRow } from "./ipc/bindings";

export type Tone = "ok" | "warn" | "bad" | "info" | "violet" | "mute";
export type Shape = "dot" | "triangle" | "square" | "diamond" | "card" | "dash" | "ring" | "bars" | "arrow";

type Look = { tone: Tone; shape: Shape };

const LOOKS: Record<string, Look> = {
  accepted: { tone: "mute", shape: "dash" },
  fees_and_service: { tone: "mute", shape: "dash" },
  biometrics: { tone: "violet", shape: "ring" },
  evidence_requested: { tone: "warn", shape: "triangle" },
  evidence_response: { tone: "info", shape: "dash" },
  under_review: { tone: "mute", shape: "dash" },
  interview: { tone: "violet", shape: "diamond" },
  approved: { tone: "ok", shape: "dot" },
  naturalization: { tone: "ok", shape: "diamond" },
  denied: { tone: "bad", shape: "square" },
  rejected: { tone: "bad", shape: "square" },
  revocation: { tone: "bad", shape: "square" },
  closed: { tone: "mute", shape: "square" },
  appeal_or_motion: { tone: "violet", shape: "arrow" },
  on_hold: { tone: "warn", shape: "bars" },
  transferred: { tone: "mute", shape: "arrow" },
  department_of_state_or_court: { tone: "info", shape: "arrow" },
  notice_or_data_update: { tone: "mute", shape: "dash" },
  card_or_document_produced: { tone: "info", shape: "card" },
  card_or_document_mailed: { tone: "info", shape: "card" },
  mail_returned: { tone: "warn", shape: "triangle" },
  card_or_document_destroyed: { tone: "warn", shape: "triangle" },
};

/** Colour and shape of a stage; what is not known is an open ring. */
export const lookOf = (stage: string): Look => LOOKS[stage] ?? { tone: "mute", shape: "ring" };

/** The filters over the list. */
export const GROUPS = ["all", "unread", "evidence", "interview", "decided", "document", "problem"] as const;
export type Group = (typeof GROUPS)[number];

const MEMBERS: Partial<Record<Group, readonly string[]>> = {
  evidence: ["evidence_requested"],
  interview: ["interview"],
  decided: ["approved", "naturalization", "denied", "rejected", "revocation", "closed"],
  document: ["card_or_document_produced", "card_or_document_mailed", "mail_returned", "card_or_document_destroyed"],
};

export function belongs(row: CaseRow, group: Group): boolean {
  if (group === "all") return true;
  if (group === "unread") return row.unread;
  if (group === "problem") return row.problem !== null;
  return MEMBERS[group]?.includes(row.stage) ?? false;
}
