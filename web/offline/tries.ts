import type { Copy } from "./store.ts";

/** Wrong PINs in a row after which the copy is deleted. */
export const MOST = 10;
const SECONDS = 1_000;
const FREE = 5;
const WAITS = [30, 60, 120, 300, 900];

/** How long to wait after so many wrong PINs in a row, in milliseconds. */
export function waitAfter(wrong: number): number {
  if (wrong < FREE) return 0;
  return (WAITS[Math.min(wrong - FREE, WAITS.length - 1)] ?? 0) * SECONDS;
}

/**
 * How long to wait from now on, in milliseconds. A clock that was set back shortens nothing.
 */
export function waitLeft({ wrong, at }: Pick<Copy, "wrong" | "at">, now: number): number {
  const wait = waitAfter(wrong);
  return Math.min(wait, Math.max(0, wait - (now - at)));
}

/** Whether a PIN is too easy to guess: short, one digit over and over, or digits in a row. */
export function weak(pin: string): boolean {
  const typed = pin.normalize("NFKC").trim();
  if (typed.length < 6 || new Set(typed).size < 3) return true;
  const steps = [...typed].slice(1).map((sign, place) => sign.charCodeAt(0) - typed.charCodeAt(place));
  return /^\d+$/.test(typed) && new Set(steps).size === 1;
}
