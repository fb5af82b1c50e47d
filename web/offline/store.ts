import type { Kept, Lock } from "./vault.ts";

/**
 * What this device keeps. Times are those of the device, in milliseconds.
 *
 * `name` is the house's short name of what is kept; `wrong` counts wrong PINs in a row, the last of them `at`;
 * `letters` is whether the PIN is typed with letters.
 */
export type Copy = {
  device: string;
  lock: Lock;
  kept: Kept;
  name: string;
  format: number;
  renewed: number;
  checked: number;
  wrong: number;
  at: number;
  letters: boolean;
};

const DATABASE = "tocsin-offline";
const ROWS = "copies";
const ROW = "this";
const FLAG = "tocsin-offline";

/** Whether this device keeps a copy, as far as can be told without opening a database. */
export function marked(): boolean {
  try {
    return localStorage.getItem(FLAG) !== null;
  } catch {
    return false;
  }
}

/** Note that a copy is here, and that the house was asked just now. */
export function mark(): void {
  localStorage.setItem(FLAG, String(Date.now()));
}

/** The copy of this device, if there is one. */
export async function stored(): Promise<Copy | undefined> {
  return within("readonly", (rows) => rows.get(ROW) as IDBRequest<Copy | undefined>);
}

/** Keep a first copy. */
export async function store(copy: Copy): Promise<void> {
  await within("readwrite", (rows) => rows.put(copy, ROW));
  mark();
}

/** Change the copy of this device, in one step; nothing happens when it is gone or another one meanwhile. */
export async function change(device: string, how: (copy: Copy) => void): Promise<Copy | undefined> {
  return within("readwrite", (rows) => {
    const asked = rows.get(ROW) as IDBRequest<Copy | undefined>;
    asked.addEventListener("success", () => {
      const copy = asked.result;
      if (copy?.device !== device) return;
      how(copy);
      rows.put(copy, ROW);
    });
    return asked;
  });
}

/** Delete what this device keeps. */
export async function erase(): Promise<void> {
  try {
    localStorage.removeItem(FLAG);
  } finally {
    await within("readwrite", (rows) => rows.clear());
  }
}

async function within<T>(mode: IDBTransactionMode, ask: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(ROWS, mode, { durability: "strict" });
      const asked = ask(transaction.objectStore(ROWS));
      transaction.addEventListener("complete", () => resolve(asked.result));
      transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("nothing was kept")));
    });
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.addEventListener("upgradeneeded", () => asked.result.createObjectStore(ROWS));
    asked.addEventListener("success", () => resolve(asked.result));
    asked.addEventListener("error", () => reject(asked.error ?? new Error("the browser keeps nothing here")));
  });
}
