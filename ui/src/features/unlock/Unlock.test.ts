import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { Unlocking } from "../../state/unlocking.svelte";
import { openUnlock } from "../../test/render";
import UnlockApp from "./UnlockApp.svelte";

const PASSPHRASE = "correct horse battery";
const field = () => screen.getByLabelText("Passphrase") as HTMLInputElement;
const unlock = () => screen.getByRole("button", { name: "Unlock" }) as HTMLButtonElement;

describe("the unlock window", () => {
  afterEach(() => vi.useRealTimers());

  it("begins_in_the_passphrase_and_opens_by_the_right_one", async () => {
    const { user, pages } = await openUnlock({ portfolios: ["rivera.law"] });
    expect(document.activeElement).toBe(field());
    expect(screen.getByText("rivera.law")).toBeDefined();
    await user.type(field(), PASSPHRASE + "{Enter}");
    await waitFor(() => expect(pages).toEqual(["index.html"]));
    expect(field().value).toBe("");
  });

  it("keeps_what_was_typed_when_it_was_wrong_and_says_so", async () => {
    const { user, pages } = await openUnlock();
    await user.type(field(), "not this{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("wrong");
    expect(field().value).toBe("not this");
    expect(pages).toEqual([]);
  });

  it("counts_down_after_too_many_wrong_tries_and_then_lets_the_next_one_through", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { user, unlocking } = await openUnlock();
    await user.type(field(), "wrong");
    for (let again = 0; again < 6; again++) await user.click(unlock());
    const waiting = await screen.findByRole<HTMLButtonElement>("button", { name: /Try again in 1 s/ });
    expect(waiting.disabled).toBe(true);
    await vi.advanceTimersByTimeAsync(1500);
    expect(unlocking.wait.seconds).toBe(0);
    expect(unlock().disabled).toBe(false);
  });

  it("shows_a_wait_that_runs_already_when_it_opens", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { user, fake } = await openUnlock();
    await user.type(field(), "wrong");
    for (let again = 0; again < 6; again++) await user.click(unlock());
    await screen.findByRole("button", { name: /Try again in/ });
    cleanup();
    const again = new Unlocking(fake, fake.unlockView());
    render(UnlockApp, { unlocking: again });
    expect(screen.getByRole<HTMLButtonElement>("button", { name: /Try again in/ }).disabled).toBe(true);
    expect(screen.getByRole("alert").textContent).toContain("Several tries were wrong");
    await vi.advanceTimersByTimeAsync(2500);
    expect(screen.queryByRole("alert")).toBeNull();
    await user.type(field(), PASSPHRASE);
    expect(unlock().disabled).toBe(false);
  });

  it("opens_by_the_recovery_code_only_with_a_new_passphrase", async () => {
    const { user, pages } = await openUnlock();
    await user.click(screen.getByRole("button", { name: "Forgot the passphrase?" }));
    const submit = screen.getByRole("button", { name: "Set passphrase and open" }) as HTMLButtonElement;
    await user.type(screen.getByRole("textbox", { name: "Recovery code" }), "K7QM-2XHD-9RTP-4WVC-B6NJ-8YFA-3EZG-5SUK-H");
    expect(submit.disabled).toBe(true);
    await user.type(screen.getByLabelText("New passphrase"), PASSPHRASE);
    await user.type(screen.getByLabelText("New passphrase again"), PASSPHRASE);
    await user.click(submit);
    await waitFor(() => expect(pages).toEqual(["index.html"]));
  });

  it("says_why_the_portfolio_did_not_open_by_itself_in_either_language", async () => {
    const { user } = await openUnlock({ unopened: "key_store_unavailable" });
    expect(screen.getByRole("alert").textContent).toContain("key store does not answer");
    await user.click(screen.getByRole("button", { name: "Español" }));
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("almacén de llaves"));
  });

  it("leaves_for_the_gate", async () => {
    const { user, pages } = await openUnlock();
    await user.click(screen.getByRole("button", { name: /Another portfolio/ }));
    await waitFor(() => expect(pages).toEqual(["gate.html"]));
  });

  it("shows_and_hides_the_passphrase", async () => {
    const { user } = await openUnlock();
    await user.click(screen.getByRole("button", { name: "Show passphrase" }));
    expect(field().type).toBe("text");
    await user.click(screen.getByRole("button", { name: "Hide passphrase" }));
    expect(field().type).toBe("password");
  });
});
