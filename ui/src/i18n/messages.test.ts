import { beforeEach, describe, expect, it } from "vitest";

import en from "../../../locales/en.json";
import es from "../../../locales/es.json";
import { lookOf } from "../stages";
import { appearance } from "./language.svelte";
import { lookUp, serviceWords, t, tCount } from "./messages";

const OURS = ["ui", "stage", "kind", "change"] as const;

function flat(node: unknown, path = ""): Map<string, string> {
  if (typeof node === "string") return new Map([[path, node]]);
  return new Map(Object.entries(node as object).flatMap(([key, value]) => [...flat(value, path === "" ? key : `${path}.${key}`)]));
}

const pick = (catalogue: object) => flat(Object.fromEntries(Object.entries(catalogue).filter(([key]) => (OURS as readonly string[]).includes(key))));
const english = pick(en);
const spanish = pick(es);
const placeholders = (words: string) => [...words.matchAll(/%\{\w+\}/g)].map(([whole]) => whole).sort();

describe("the words", () => {
  beforeEach(() => appearance.speak("en"));

  it("exist_in_both_languages_with_the_same_placeholders", () => {
    expect([...spanish.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, words] of english) expect(placeholders(spanish.get(key) ?? ""), key).toEqual(placeholders(words));
  });

  it("are_all_used", () => {
    const sources = Object.values(import.meta.glob("../**/*.{ts,svelte}", { query: "?raw", import: "default", eager: true }) as Record<string, string>).join("\n");
    const unused = [...english.keys()]
      .filter((key) => key.startsWith("ui.") && !key.startsWith("ui.progress.st"))
      .filter((key) => !sources.includes(`"${key}"`) && !sources.includes(`"${key.replace(/\.(one|other)$/, "")}"`));
    expect(unused).toEqual([]);
  });

  it("name_every_stage_that_has_a_look_of_its_own", () => {
    const stages = Object.keys(en.stage).filter((code) => code !== "unknown" && code !== "none");
    expect(stages).toHaveLength(22);
    for (const code of stages) expect(lookOf(code), code).not.toEqual(lookOf("unknown"));
  });

  it("say_what_each_of_the_problems_means", () => {
    expect(Object.keys(en.kind)).toHaveLength(15);
    for (const kind of Object.values(en.kind)) expect(kind.what).toMatch(/\.$/);
  });

  it("follow_the_language_and_the_number", () => {
    expect(tCount("ui.add.added", 1)).toBe("1 case added");
    expect(tCount("ui.add.added", 1200)).toBe("1,200 cases added");
    appearance.speak("es");
    expect(tCount("ui.add.added", 1)).toBe("1 caso agregado");
    expect(t("ui.watch.calls", { used: 3, limit: 9 })).toBe("3 de 9 consultas hoy");
  });

  it("are_undefined_for_a_key_nobody_wrote", () => {
    expect(lookUp("problem.nobody_wrote_this")).toBeUndefined();
  });
});

describe("the words of the service", () => {
  it("fall_back_to_english_and_say_so", () => {
    expect(serviceWords({ en: "Case Was Approved", es: "" }, "es")).toEqual({ text: "Case Was Approved", lang: "en" });
    expect(serviceWords({ en: "Case Was Approved", es: "Caso Fue Aprobado" }, "es")).toEqual({ text: "Caso Fue Aprobado", lang: "es" });
  });
});
