/** The minute on the wall, so that "today" and "yesterday" stay true while the window is open. */
export class Clock {
  now = $state(new Date());

  start(): () => void {
    const timer = setInterval(() => (this.now = new Date()), 30_000);
    return () => clearInterval(timer);
  }
}
