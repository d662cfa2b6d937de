import { describe, expect, it } from "vitest";

import { ROW, span } from "./rows";

describe("the rows that are drawn", () => {
  it("are_all_of_them_in_a_small_list", () => expect(span(150, 5000, 600)).toEqual({ from: 0, to: 150 }));

  it("are_few_in_a_large_one_and_cover_the_view", () => {
    const { from, to } = span(10_000, 5000 * ROW, 600);
    expect(from).toBeLessThan(5000);
    expect(to).toBeGreaterThan(5000 + 600 / ROW);
    expect(to - from).toBeLessThan(60);
  });

  it("stay_inside_a_list_that_became_shorter_than_the_scroll", () => {
    const { from, to } = span(300, 9_000_000, 600);
    expect(to).toBe(300);
    expect(from).toBeLessThan(300);
  });
});
