const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago a moment was, in the language of the page. */
export function ago(moment: number, now = Date.now()): string {
  const passed = Math.max(0, (now - moment) / 1_000);
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const [unit, length] = STEPS.find(([, seconds]) => passed >= seconds) ?? ["second", Infinity];
  return words.format(-Math.floor(passed / length), unit);
}

/** A moment in full. */
export function exact(moment: number | string): string {
  const how: Intl.DateTimeFormatOptions = { dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang, how).format(new Date(moment));
}

/** A day in full. */
export function day(moment: string): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" }).format(new Date(moment));
}

/** Time that is left, as a clock counts it down. */
export function left(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
