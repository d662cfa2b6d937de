import { beforeEach, describe, expect, it } from "vitest";

import { brief, day, moment, relativeDay } from "./format";
import { appearance } from "./language.svelte";

const now = new Date(2026, 10, 22, 15, 0);
const at = (dayOfMonth: number, hour = 12, minute = 6) => new Date(2026, 10, dayOfMonth, hour, minute).toISOString();
const plain = (text: string) => text.replace(/\u202f/g, " ");

describe("times", () => {
  beforeEach(() => appearance.speak("en"));

  it("of_today_carry_the_hour", () => {
    expect(plain(moment(at(22), now))).toBe("today, 12:06 PM");
    expect(plain(brief(at(22), now))).toBe("12:06 PM");
  });

  it("of_other_days_are_days", () => {
    expect(moment(at(21), now)).toBe("yesterday");
    expect(moment(at(19), now)).toBe("Nov 19");
    expect(plain(moment(at(23, 9, 30), now))).toBe("tomorrow, 9:30 AM");
    expect(day("2024-11-19", now)).toBe("Nov 19, 2024");
  });

  it("are_told_in_spanish_with_24_hours", () => {
    appearance.speak("es");
    expect(moment(at(22), now)).toBe("hoy, 12:06");
    expect(moment(at(21), now)).toBe("ayer");
  });

  it("without_an_hour_are_never_moved_to_another_day_by_the_zone", () => {
    expect(relativeDay("2026-11-22", now)).toBe("today");
    expect(relativeDay("2026-11-21", now)).toBe("yesterday");
  });
});
