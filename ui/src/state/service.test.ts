import { describe, expect, it } from "vitest";

import { FakeBackend } from "../ipc/fake";
import { ServiceForm } from "./service.svelte";

describe("the service form", () => {
  it("keeps_the_secret_when_none_is_typed", async () => {
    const backend = new FakeBackend({ service: "ready" });
    const asked: (string | null)[] = [];
    const real = backend.setService;
    backend.setService = (request) => (asked.push(request.clientSecret), real(request));
    const form = new ServiceForm(backend);
    await form.load();
    await form.save();
    form.secret = "typed";
    await form.save();
    expect(asked).toEqual([null, "typed"]);
    expect(form.secret).toBe("");
  });

  it("fills_in_what_uscis_publishes_for_its_sandbox", async () => {
    const form = new ServiceForm(new FakeBackend({ service: "not_set" }));
    await form.load();
    expect(form.tokenUrl).toBe("https://api-int.uscis.gov/oauth/accesstoken");
    form.choose("production");
    expect(form.tokenUrl).toBe("");
  });

  it("says_why_it_was_refused_and_does_not_test", async () => {
    const form = new ServiceForm(new FakeBackend({ service: "not_set" }));
    await form.load();
    form.choose("other");
    form.tokenUrl = "http://example.org";
    await form.test();
    expect(form.refusal?.code).toBe("not_secure");
    expect(form.tested).toBeNull();
  });
});
