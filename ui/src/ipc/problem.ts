import type { Problem } from "./bindings";

/** A command the shell refused; its words are `problem.<code>`. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
    this.name = "ProblemError";
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" && value !== null && typeof (value as Problem).code === "string";

/** Reads whatever was thrown as a problem; anything unforeseen is `unknown`. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  if (isProblem(thrown)) return { code: thrown.code, params: thrown.params ?? {} };
  return { code: "unknown", params: {} };
}

/** Refuses as the shell does; for fakes. */
export const refuse = (code: string, params: Record<string, string> = {}): never => {
  throw new ProblemError({ code, params });
};
