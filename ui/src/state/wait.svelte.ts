import type { Problem } from "../ipc/bindings";

/** The seconds until the next try is let through, counting down by the clock, so that a window that slept is right again. */
export class Wait {
  seconds = $state(0);
  #until = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Begins to wait if `problem` says so. */
  heed(problem: Problem | null): void {
    if (problem?.code !== "too_many_tries") return;
    this.#until = Date.now() + 1000 * Math.max(1, Number(problem.params.seconds) || 1);
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#count(), 250);
    this.#count();
  }

  /** The problem, unless it was a wait that is over. */
  standing(problem: Problem | null): Problem | null {
    return problem?.code === "too_many_tries" && this.seconds === 0 ? null : problem;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.seconds = 0;
  }

  #count(): void {
    this.seconds = Math.max(0, Math.ceil((this.#until - Date.now()) / 1000));
    if (this.seconds === 0) clearInterval(this.#timer);
  }
}
