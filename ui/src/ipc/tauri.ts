import type { Backend } from "./backend";
import { commands, events } from "./bindings";
import { ProblemError, problemOf } from "./problem";

type Command = (...given: unknown[]) => Promise<{ status: "ok"; data: unknown } | { status: "error"; error: unknown }>;

/** A command that throws its refusal. */
function throwing(command: Command) {
  return async (...given: unknown[]): Promise<unknown> => {
    const outcome = await command(...given).catch((thrown: unknown) => ({ status: "error" as const, error: thrown }));
    if (outcome.status === "error") throw new ProblemError(problemOf(outcome.error));
    return outcome.data;
  };
}

/** The real shell. */
export const tauri = {
  ...Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, throwing(command as Command)])),
  onPortfolioChanged: (listener) => events.portfolioChanged.listen(({ payload }) => listener(payload)),
  onOpenCase: (listener) => events.openCase.listen(() => listener()),
} as Backend;
