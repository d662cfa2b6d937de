import type { commands, PortfolioChanged } from "./bindings";

/** Ends a subscription. */
export type Stop = () => void;

type Answer<Outcome> = Outcome extends { status: "ok"; data: infer Data } ? Data : never;
type Commands = typeof commands;

/**
 * Everything the UI may ask of the shell: its commands as they are generated, with a refusal thrown as a `ProblemError`.
 * The fake implements the same, so one that drifts from the shell does not compile.
 */
export type Backend = {
  [Name in keyof Commands]: (...given: Parameters<Commands[Name]>) => Promise<Answer<Awaited<ReturnType<Commands[Name]>>>>;
} & {
  onPortfolioChanged(listener: (event: PortfolioChanged) => void): Promise<Stop>;
  /** A notification was clicked: the session names its case, once. */
  onOpenCase(listener: () => void): Promise<Stop>;
};
