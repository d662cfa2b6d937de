import { describe, expect, it } from "vitest";

import { FakeBackend } from "../ipc/fake";
import { Adding } from "./adding.svelte";

describe("adding cases", () => {
  it("tells_line_by_line_what_would_happen_and_adds_nothing", async () => {
    const backend = new FakeBackend();
    const adding = new Adding(backend);
    adding.text = "ioe-093-333-4444\nIOE0912345678\nA123456789";
    await adding.read();
    expect(adding.verdicts.map(({ line, verdict }) => [line, verdict])).toEqual([[1, "new"], [2, "duplicate"], [3, "refused"]]);
    expect(await backend.listCases()).toHaveLength(16);
  });

  it("takes_a_proposal_into_that_line_alone_and_only_when_asked", async () => {
    const adding = new Adding(new FakeBackend());
    adding.text = "MSC2490159999\nI0E0933334444";
    await adding.read();
    const offered = adding.verdicts[1];
    expect(offered).toMatchObject({ verdict: "refused", proposal: "IOE0933334444" });
    expect(adding.text).toContain("I0E0933334444");
    if (offered) await adding.useProposal(offered);
    expect(adding.text).toBe("MSC2490159999\nIOE0933334444");
    expect(adding.ready).toBe(2);
  });

  it("keeps_the_refused_lines_after_adding_the_rest", async () => {
    const backend = new FakeBackend();
    const adding = new Adding(backend);
    adding.text = "MSC2490159999\nhello";
    adding.person = " Rosa Díaz ";
    expect(await adding.submit()).toBe(1);
    expect(adding.text).toBe("hello");
    expect((await backend.listCases()).at(-1)).toMatchObject({ receipt: "MSC2490159999", person: "Rosa Díaz" });
  });

  it("lets_an_older_answer_not_overtake_a_newer_one", async () => {
    const backend = new FakeBackend();
    const real = backend.readReceipts;
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    backend.readReceipts = async (text) => (text === "MSC2490159999" ? gate.then(() => real(text)) : real(text));
    const adding = new Adding(backend);
    adding.text = "MSC2490159999";
    const older = adding.read();
    adding.text = "hello";
    await adding.read();
    release();
    await older;
    expect(adding.verdicts.map(({ input }) => input)).toEqual(["hello"]);
  });
});
