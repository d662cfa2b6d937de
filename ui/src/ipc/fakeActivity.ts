import type { DeedView, OutlookView } from "./bindings";
import type { Seed } from "./fakeCases";

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** What comes next, of invented cases. */
export function outlookOf(seeds: Seed[], made: number): OutlookView {
  const next = seeds.slice(0, 5).map((seed, place) => ({ id: seed.id, receipt: seed.receipt, person: seed.person, dueAt: ago(place * -25), dueWhy: place === 0 ? "new" : "worth" }));
  const calls = [{ kind: "found", calls: made - 5 }, { kind: "limited", calls: 3 }, { kind: "token", calls: 2 }];
  return { calls, resetsAt: ago(-9 * 60), next, overdue: 1 };
}

/** What the watcher did lately. */
export const deeds = (): DeedView[] => [
  { from: ago(34), at: ago(4), what: { kind: "asked", checked: 41, changed: 0, failed: 0, calls: 41 } },
  { from: ago(41), at: ago(41), what: { kind: "told", changes: 2 } },
  { from: ago(42), at: ago(41), what: { kind: "asked", checked: 12, changed: 2, failed: 1, calls: 13 } },
  { from: ago(77), at: ago(77), what: { kind: "woke" } },
  { from: ago(190), at: ago(190), what: { kind: "paused", by: "limited", heldBack: 7, until: ago(150) } },
  { from: ago(900), at: ago(900), what: { kind: "closed", until: ago(420) } },
];
