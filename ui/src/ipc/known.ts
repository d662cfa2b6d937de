/** What the shell gives a small window from its start, so that its page need not ask: a frozen value of the type that its entry names. */
export function known<T>(): T {
  return (window as unknown as { __CASEFOLIO_KNOWN__: T }).__CASEFOLIO_KNOWN__;
}
