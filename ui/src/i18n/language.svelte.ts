import type { Preferences } from "../ipc/bindings";

export type Language = "en" | "es";
type Theme = Preferences["theme"];

class Appearance {
  language = $state<Language>("en");

  /** Switches every word on screen, and tells assistive technology. */
  speak(language: Language): void {
    this.language = language;
    document.documentElement.lang = language;
  }

  /** `system` leaves the choice to the operating system. */
  dress(theme: Theme): void {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }
}

/** What the page looks and sounds like; one a window. */
export const appearance = new Appearance();
