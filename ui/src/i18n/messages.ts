import en from "../../../locales/en.json";
import es from "../../../locales/es.json";
import type { Problem, Words } from "../ipc/bindings";
import { appearance, type Language } from "./language.svelte";

type Leaves<T, P extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Leaves<T[K], `${P}${K}.`>;
}[keyof T & string];
type Groups<T, P extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? never : T[K] extends { one: string; other: string } ? `${P}${K}` : Groups<T[K], `${P}${K}.`>;
}[keyof T & string];

/** A key of `locales/en.json` that holds words of the UI. */
export type Key = Leaves<Pick<typeof en, "ui">>;
/** A key with the two forms `one` and `other`. */
export type CountKey = Groups<Pick<typeof en, "ui">>;
type Params = Record<string, string | number>;

const catalogues: Record<Language, unknown> = { en, es };

function find(language: Language, key: string): string | undefined {
  let node: unknown = catalogues[language];
  for (const part of key.split(".")) node = (node as Record<string, unknown> | undefined)?.[part];
  return typeof node === "string" ? node : undefined;
}

const fill = (words: string, params: Params) =>
  words.replace(/%\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));

/** Words for a key put together at run time, or undefined where there are none. */
export function lookUp(key: string, params: Params = {}): string | undefined {
  const words = find(appearance.language, key) ?? find("en", key);
  return words === undefined ? undefined : fill(words, params);
}

/** The words of `key` in the language on screen. */
export const t = (key: Key, params: Params = {}): string => lookUp(key, params) ?? key;

/** As `t`, with the plural form that fits `count`; the words see it as `%{count}`. */
export function tCount(key: CountKey, count: number, params: Params = {}): string {
  const form = new Intl.PluralRules(appearance.language).select(count) === "one" ? "one" : "other";
  const shown = count.toLocaleString(appearance.language === "es" ? "es-US" : "en-US");
  return lookUp(`${key}.${form}`, { count: shown, ...params }) ?? key;
}

/** The plain words for a refusal of the shell. */
export function problemWords({ code, params }: Problem): string {
  const refused = params.reason === undefined ? undefined : lookUp(`receipt.refused.${params.reason}`, params);
  return refused ?? lookUp(`problem.${code}`, params) ?? lookUp("problem.unknown", params) ?? code;
}

export const stageName = (code: string): string => lookUp(`stage.${code}`) ?? lookUp("stage.unknown") ?? code;
export const kindTitle = (code: string): string => lookUp(`kind.${code}.title`) ?? code;
export const kindWhat = (code: string): string => lookUp(`kind.${code}.what`) ?? "";
export const mailFailure = (code: string): { title: string; what: string } => ({
  title: lookUp(`mail.failure.${code}.title`) ?? code,
  what: lookUp(`mail.failure.${code}.what`) ?? "",
});
/** What calls went to: `found`, `token`, `set_aside`, `elsewhere`, or a kind of problem. */
export const callsOf = (kind: string): string => lookUp(`calls.${kind}`) ?? kindTitle(kind);
export const whyWords = (code: string): string => lookUp(`why.${code}`) ?? code;
export const changeName = (code: string): string => lookUp(`change.${code}`) ?? code;

/** The words of a reason: a full key (`receipt.refused.<code>`, `receipt.remark.<code>`) or the code alone. */
export const reasonWords = (reason: string, params: Params = {}): string =>
  lookUp(reason, params) ?? lookUp(`receipt.refused.${reason}`, params) ?? lookUp(`receipt.remark.${reason}`, params) ?? reason;

/** The service's own words, with the language they really are in. */
export function serviceWords(words: Words, wanted: Language): { text: string; lang: Language } {
  return wanted === "es" && words.es !== "" ? { text: words.es, lang: "es" } : { text: words.en, lang: "en" };
}
