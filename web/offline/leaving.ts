import { unsubscribe } from "./calls.ts";
import { erase, marked } from "./store.ts";

/** Who signs out leaves nothing on this device: no plan, and no call-outs that the next person would read. */
export async function leaving(): Promise<void> {
  await Promise.allSettled([marked() ? erase() : undefined, unsubscribe()]);
}
