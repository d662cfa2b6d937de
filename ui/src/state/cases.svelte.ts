import { stageName } from "../i18n/messages";
import type { Backend } from "../ipc/backend";
import type { CaseRow } from "../ipc/bindings";
import { belongs, GROUPS, type Group } from "../stages";

export type Column = "case" | "form" | "stage" | "status" | "changed" | "checked";
type Sort = { column: Column; descending: boolean };

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Who or what the case is called: the person, else the label, else nothing. */
export const nameOf = (row: Pick<CaseRow, "person" | "label">): string => row.person || row.label;

const sortText = (row: CaseRow, column: Column): string => {
  switch (column) {
    case "case":
      return plain(nameOf(row)) || `~${row.receipt}`;
    case "form":
      return row.form ?? "~";
    case "stage":
      return plain(stageName(row.stage));
    case "status":
      return plain(row.title?.en ?? "~");
    case "changed":
      return row.changedAt ?? "";
    case "checked":
      return row.checkedAt ?? "";
  }
};

/** The list of cases with its filter, order and selected row. */
export class CaseList {
  rows = $state.raw<CaseRow[]>([]);
  loaded = $state(false);
  words = $state("");
  group = $state<Group>("all");
  sort = $state<Sort>({ column: "changed", descending: true });
  selectedId = $state<number | null>(null);

  #found = $derived.by(() => {
    const parts = plain(this.words).split(/\s+/).filter(Boolean);
    return parts.length === 0 ? this.rows : this.rows.filter((row) => parts.every((part) => haystack(row).includes(part)));
  });
  /** How many rows each filter would show. */
  counts = $derived.by(() => {
    const counts = Object.fromEntries(GROUPS.map((group) => [group, 0])) as Record<Group, number>;
    for (const row of this.#found) for (const group of GROUPS) if (belongs(row, group)) counts[group]++;
    return counts;
  });
  visible = $derived.by(() => {
    const { column, descending } = this.sort;
    const keyed = this.#found.filter((row) => belongs(row, this.group)).map((row) => ({ row, key: sortText(row, column) }));
    keyed.sort((a, b) => (a.key === b.key ? a.row.id - b.row.id : (a.key < b.key ? -1 : 1) * (descending ? -1 : 1)));
    return keyed.map(({ row }) => row);
  });
  unread = $derived(this.rows.filter((row) => row.unread).length);
  filtered = $derived(this.words.trim() !== "" || this.group !== "all");

  constructor(private readonly backend: Backend) {}

  async load(): Promise<void> {
    this.rows = await this.backend.listCases();
    this.loaded = true;
    if (this.group === "problem" && this.counts.problem === 0) this.group = "all";
  }

  sortBy(column: Column): void {
    const byTime = column === "changed" || column === "checked";
    this.sort = this.sort.column === column ? { column, descending: !this.sort.descending } : { column, descending: byTime };
  }

  clearFilter(): void {
    this.words = "";
    this.group = "all";
  }

  /** Moves the selection by `step` rows, and answers with where it stands now. */
  move(step: number): number {
    const at = this.visible.findIndex((row) => row.id === this.selectedId);
    const last = this.visible.length - 1;
    const next = at < 0 ? (step < 0 ? last : 0) : Math.min(last, Math.max(0, at + step));
    this.selectedId = this.visible[next]?.id ?? null;
    return next;
  }
}

const haystacks = new WeakMap<CaseRow, string>();

function haystack(row: CaseRow): string {
  const known = haystacks.get(row);
  if (known !== undefined) return known;
  const made = plain([row.person, row.label, row.receipt, row.form ?? "", row.title?.en ?? "", row.title?.es ?? ""].join(" "));
  haystacks.set(row, made);
  return made;
}
