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
});
