/** How often, at most, the shell is told that somebody is there. */
const EVERY_MS = 20_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

/** Tells `tell` that somebody is there, at most every twenty seconds, as long as pointer or keys are used. Answers how to stop. */
export function watchActivity(tell: () => Promise<unknown>, now: () => number = Date.now): () => void {
  let last = now();
  const notice = () => {
    if (Math.abs(now() - last) < EVERY_MS) return;
    last = now();
    // A window that is just being locked has nobody to tell any more.
    void tell().catch(() => {});
  };
  for (const sign of SIGNS) window.addEventListener(sign, notice, { passive: true, capture: true });
  return () => {
    for (const sign of SIGNS) window.removeEventListener(sign, notice, { capture: true });
  };
}
