import type { BackupRow, HealthView } from "./bindings";

export const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

/** A few backups, the newest at `last`. */
export function backupRows(last: string | null): BackupRow[] {
  if (last === null) return [];
  return [
    { at: last, kind: "daily", damaged: false },
    { at: hoursAgo(29), kind: "daily", damaged: false },
    { at: hoursAgo(40), kind: "by_hand", damaged: false },
    { at: hoursAgo(53), kind: "daily", damaged: true },
    { at: hoursAgo(200), kind: "before_update", damaged: false },
  ];
}

/** What is wrong, by the words of the page's address: `rolled_back,damaged,overdue,unconfirmed,network,set_aside`. */
export function healthOf(words: string | null): Partial<HealthView> {
  const asked = new Set(words?.split(",") ?? []);
  return {
    ...(asked.has("rolled_back") ? { rolledBack: 12 } : {}),
    ...(asked.has("network") ? { folder: ["network_folder"] } : {}),
    ...(asked.has("set_aside") ? { setAside: "/data/casefolio/portfolios/damaged-2026-11-22T140509Z-6f0c" } : {}),
    ...(asked.has("overdue") ? { backupOverdue: true, lastBackupAt: hoursAgo(24 * 9) } : {}),
    ...(asked.has("damaged") ? { damageFoundAt: hoursAgo(3) } : {}),
    ...(asked.has("unconfirmed") ? { recoveryConfirmed: false } : {}),
  };
}

export const DIAGNOSTICS = `Casefolio 0.1.0
system: Linux 6.12, x86_64
portfolio: schema 2, 16 cases, computer mode
last backup: 5 h ago, verified
{"at":"2026-11-22T14:05:09Z","event":"round_ended","checked":16,"changed":1,"failed":0}
{"at":"2026-11-22T14:05:07Z","event":"checked","case":"case#7f3a"}
`;
