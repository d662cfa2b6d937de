import type { DayCode } from "../ipc/bindings";
import { appearance } from "./language.svelte";
import { t } from "./messages";

const DAY = 86_400_000;
const DAYS: readonly DayCode[] = ["mo", "tu", "we", "th", "fr", "sa", "su"];
const locale = () => (appearance.language === "es" ? "es-US" : "en-US");
const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = locale() + JSON.stringify(options);
  const known = cache.get(id) ?? new Intl.DateTimeFormat(locale(), options);
  cache.set(id, known);
  return known;
}

const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
const daysBetween = (from: Date, to: Date) => Math.round((midnight(to) - midnight(from)) / DAY);

/** A date without a time is a day of the calendar, wherever one stands: never shifted by the zone. */
const parse = (at: string) => {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(at);
  return day ? new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3])) : new Date(at);
};

/** `12:06 PM`, `12:06`. */
export const clock = (at: string): string =>
  formatter(appearance.language === "es" ? { hour: "numeric", minute: "2-digit", hourCycle: "h23" } : { hour: "numeric", minute: "2-digit" }).format(parse(at));

/** `Nov 19`, with the year where it is another one. */
export function day(at: string, now: Date): string {
  const date = parse(at);
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return formatter({ month: "short", day: "numeric", ...year }).format(date);
}

/** `today`, `yesterday`, `Nov 19`: for dates without a time. */
export function relativeDay(at: string, now: Date): string {
  const age = daysBetween(parse(at), now);
  if (age === 0) return t("ui.time.today");
  if (age === 1) return t("ui.time.yesterday");
  if (age === -1) return t("ui.time.tomorrow");
  return day(at, now);
}

/** `today, 12:06 PM`, `yesterday`, `Nov 19`. */
export function moment(at: string, now: Date): string {
  const age = daysBetween(parse(at), now);
  return age === 0 || age === -1 ? `${relativeDay(at, now)}, ${clock(at)}` : relativeDay(at, now);
}

/** `yesterday, 2:10 PM`, `Nov 19, 2:10 PM`. */
export const stamp = (at: string, now: Date): string => `${relativeDay(at, now)}, ${clock(at)}`;

/** `2:10 PM` today, otherwise as `moment`: short, for the narrow column. */
export const brief = (at: string, now: Date): string => (daysBetween(parse(at), now) === 0 ? clock(at) : moment(at, now));

/** The whole of it, for tooltips. */
export const complete = (at: string): string => formatter({ dateStyle: "full", timeStyle: "short" }).format(parse(at));

/** The name of a day of the week, `Monday`; 5 January 2026 is one. */
export const dayName = (code: DayCode): string => formatter({ weekday: "long" }).format(new Date(2026, 0, 5 + DAYS.indexOf(code)));

export const count = (value: number): string => value.toLocaleString(locale());
