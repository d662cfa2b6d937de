import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { openSecret } from "../../test/render";

const PASSPHRASE = "correct horse battery";

describe("the window of secrets", () => {
  it("changes_the_passphrase_and_is_closed_then", async () => {
    const { user, pages } = await openSecret("passphrase");
    await user.type(screen.getByLabelText("Passphrase"), PASSPHRASE);
    await user.type(screen.getByLabelText("New passphrase"), "another horse battery");
    await user.type(screen.getByLabelText("New passphrase again"), "another horse battery");
    await user.click(screen.getByRole("button", { name: "Change passphrase" }));
    expect(await screen.findByText(/The passphrase was changed/)).toBeDefined();
    await user.click(screen.getByRole("button", { name: "Close" }));
    await waitFor(() => expect(pages).toEqual(["index.html"]));
  });

  it("says_that_the_old_passphrase_was_wrong", async () => {
    const { user } = await openSecret("passphrase");
    await user.type(screen.getByLabelText("Passphrase"), "wrong");
    await user.type(screen.getByLabelText("New passphrase"), PASSPHRASE);
    await user.type(screen.getByLabelText("New passphrase again"), PASSPHRASE);
    await user.click(screen.getByRole("button", { name: "Change passphrase" }));
    expect((await screen.findByRole("alert")).textContent).toContain("wrong");
  });
});
