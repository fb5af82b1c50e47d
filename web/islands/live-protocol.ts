/** What the one stream of a browser tells its pages. */
export type News = { kind: "revision" | "journal" | "lost" | "back" };

/** Silence after which the stream is taken for dead; the server sends a heartbeat every fifteen seconds. */
export const SILENCE_MS = 40_000;

/** A stream that is listened to: `again` asks the server anew whether it may be, `stop` ends it. */
export type Stream = { again: () => void; stop: () => void };

/** Listen to the server and tell what happens. */
export function listen(address: string, tell: (news: News) => void): Stream {
  let source: EventSource;
  let lost = false;
  let last = "";
  let watchdog: ReturnType<typeof setTimeout> | undefined;

  const alive = (event: Event): void => {
    if (event instanceof MessageEvent && event.lastEventId) last = event.lastEventId;
    clearTimeout(watchdog);
    watchdog = setTimeout(restart, SILENCE_MS);
    if (!lost) return;
    lost = false;
    tell({ kind: "back" });
  };
  const lose = (): void => {
    if (!lost) tell({ kind: "lost" });
    lost = true;
    if (source.readyState === EventSource.CLOSED) {
      clearTimeout(watchdog);
      watchdog = setTimeout(restart, 5_000);
    }
  };
  const start = (): void => {
    source = new EventSource(last ? `${address}&last=${encodeURIComponent(last)}` : address);
    source.addEventListener("open", alive);
    source.addEventListener("beat", alive);
    source.addEventListener("error", lose);
    for (const kind of ["revision", "journal"] as const) {
      source.addEventListener(kind, (event) => {
        alive(event);
        tell({ kind });
      });
    }
  };
  const restart = (): void => {
    source.close();
    lose();
    start();
  };
  start();
  return {
    again: restart,
    stop: () => {
      clearTimeout(watchdog);
      source.close();
    },
  };
}
