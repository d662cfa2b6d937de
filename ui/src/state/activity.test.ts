import { describe, expect, it, vi } from "vitest";

import { watchActivity } from "./activity";

describe("activity", () => {
  it("is_told_at_most_every_twenty_seconds_and_not_without_a_sign_of_life", () => {
    let now = 0;
    const tell = vi.fn(async () => null);
    const stop = watchActivity(tell, () => now);
    const press = () => window.dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
    press();
    expect(tell).toHaveBeenCalledTimes(0);
    now = 20_000;
    expect(tell).toHaveBeenCalledTimes(0);
    press();
    window.dispatchEvent(new Event("pointermove"));
    expect(tell).toHaveBeenCalledTimes(1);
    now = 39_999;
    press();
    expect(tell).toHaveBeenCalledTimes(1);
    now = 40_000;
    press();
    expect(tell).toHaveBeenCalledTimes(2);
    stop();
    now = 90_000;
    press();
    expect(tell).toHaveBeenCalledTimes(2);
  });
});
