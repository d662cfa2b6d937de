import { beforeEach, describe, expect, it } from "vitest";

import { appearance } from "../i18n/language.svelte";
import { FakeBackend } from "../ipc/fake";
import { CaseList } from "./cases.svelte";

const names = (list: CaseList) => list.visible.map((row) => row.person);

async function loaded(cases: "some" | "none" | "many" = "some") {
  const list = new CaseList(new FakeBackend({ cases }));
  await list.load();
  return list;
}

describe("the list of cases", () => {
  beforeEach(() => appearance.speak("en"));

  it("shows_the_newest_change_first", async () => {
    expect(names(await loaded()).slice(0, 3)).toEqual(["Amara Okafor", "Luis Fernando Peña", "Chen Yu-Ting"]);
  });

  it("finds_names_without_their_accents_and_receipts_in_part", async () => {
    const list = await loaded();
    list.words = "pena";
    expect(names(list)).toEqual(["Luis Fernando Peña"]);
    list.words = "waC24 northwind";
    expect(names(list)).toEqual(["Priya Raghunathan"]);
  });

  it("finds_by_the_status_in_either_language", async () => {
    const list = await loaded();
    list.words = "caso fue denegado";
    expect(names(list)).toEqual(["Tomás Villanueva"]);
  });

  it("counts_what_each_filter_would_show", async () => {
    const list = await loaded();
    expect(list.counts).toMatchObject({ all: 16, unread: 4, evidence: 1, interview: 2, document: 1, problem: 2 });
    list.words = "okafor";
    expect(list.counts).toMatchObject({ all: 1, unread: 1, interview: 0 });
  });

  it("sorts_by_a_column_and_turns_round_on_the_second_click", async () => {
    const list = await loaded();
    list.sortBy("case");
    expect(names(list)[0]).toBe("Amara Okafor");
    list.sortBy("case");
    expect(names(list)[0]).toBe("Tomás Villanueva");
  });

  it("keeps_the_selection_inside_the_list", async () => {
    const list = await loaded();
    expect(list.move(-1)).toBe(15);
    expect(list.move(1)).toBe(15);
    expect(list.move(-Infinity)).toBe(0);
    expect(list.move(1)).toBe(1);
    expect(list.selectedId).toBe(2);
  });

  it("leaves_the_problem_filter_when_no_problem_is_left", async () => {
    const backend = new FakeBackend();
    const list = new CaseList(backend);
    await list.load();
    list.group = "problem";
    await backend.checkNow([7, 16]);
    await list.load();
    expect(list.group).toBe("all");
  });
});
