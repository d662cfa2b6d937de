import { describe, expect, it } from "vitest";

import { FakeBackend } from "../ipc/fake";
import { CasePane } from "./pane.svelte";

describe("the open case", () => {
  it("drops_an_answer_about_a_case_that_is_no_longer_open", async () => {
    const backend = new FakeBackend();
    const real = backend.showCase;
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    backend.showCase = async (id) => (id === 1 ? gate.then(() => real(id)) : real(id));
    const pane = new CasePane(backend);
    const first = pane.open(1);
    await pane.open(2);
    release();
    await first;
    expect(pane.shown?.id).toBe(2);
  });

  it("is_no_longer_checking_when_the_check_was_refused", async () => {
    const pane = new CasePane(new FakeBackend({ service: "not_set" }));
    await pane.open(1);
    await expect(pane.checkNow()).rejects.toThrow("service_not_set");
    expect(pane.checking).toBe(false);
  });

  it("asks_once_until_the_round_has_ended_even_when_the_case_is_opened_again", async () => {
    const backend = new FakeBackend();
    const asked: number[][] = [];
    backend.checkNow = async (ids) => (asked.push(ids), null);
    const still = await backend.showCase(1);
    backend.showCase = async (id) => ({ ...still, id });
    const pane = new CasePane(backend);
    await pane.open(1);
    await pane.checkNow();
    await pane.checkNow();
    await pane.open(2);
    expect(pane.checking).toBe(false);
    await pane.open(1);
    expect(pane.checking).toBe(true);
    pane.roundEnded();
    await pane.checkNow();
    expect(asked).toEqual([[1], [1]]);
  });
});
