/**
 * Keeps words so that only a PIN on this device opens them, and can be renewed without the PIN.
 *
 * A pair of keys is made with the copy. What is kept is encrypted to the public one, so that a newer plan is kept
 * without asking for the PIN. The private one is encrypted under a key made of both the PIN (PBKDF2) and a key of the
 * device that no script can read out: neither the stored bytes nor the PIN alone open anything.
 */
const ROUNDS = 600_000;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const ABOUT = new TextEncoder().encode("tocsin: the plan on a phone, 1");

type Bytes = Uint8Array<ArrayBuffer>;
type Sealed = { iv: Bytes; bytes: ArrayBuffer };

/** How a copy is locked: made once, with the PIN. */
export type Lock = {
  device: CryptoKey;
  salt: Bytes;
  rounds: number;
  open: CryptoKey;
  closed: Sealed;
};

/** Words that are kept: encrypted to the lock's public key by a key of their own. */
export type Kept = Sealed & { from: ArrayBuffer; salt: Bytes };

/** The private key, for as long as the page is unlocked. */
export type Opened = CryptoKey;

/** Whether the browser can do all this here: pages that do not come by https or from this very machine cannot. */
export function able(): boolean {
  return isSecureContext && "serviceWorker" in navigator && Boolean(crypto.subtle) && "indexedDB" in window;
}

/** Make a lock that this PIN opens. */
export async function lock(pin: string): Promise<Lock> {
  const device = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const salt = random(16);
  const iv = random(12);
  const key = await keyOf(pin, { device, salt, rounds: ROUNDS });
  const bytes = await crypto.subtle.wrapKey("pkcs8", pair.privateKey, key, { name: "AES-GCM", iv });
  return { device, salt, rounds: ROUNDS, open: pair.publicKey, closed: { iv, bytes } };
}

/** Open a lock; nothing for a wrong PIN. */
export async function unlock(made: Lock, pin: string): Promise<Opened | undefined> {
  const key = await keyOf(pin, made);
  const opened = { name: "AES-GCM", iv: made.closed.iv };
  try {
    return await crypto.subtle.unwrapKey("pkcs8", made.closed.bytes, key, opened, CURVE, false, ["deriveBits"]);
  } catch {
    return undefined;
  }
}

/** Encrypt words so that the lock's private key reads them. */
export async function keep(made: Lock, words: string): Promise<Kept> {
  const own = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const from = await crypto.subtle.exportKey("raw", own.publicKey);
  const salt = random(16);
  const iv = random(12);
  const key = await shared(own.privateKey, made.open, salt, ["encrypt"]);
  const bytes = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(words));
  return { from, salt, iv, bytes };
}

/** Read words that were kept. */
export async function read(kept: Kept, opened: Opened): Promise<string> {
  const theirs = await crypto.subtle.importKey("raw", kept.from, CURVE, false, []);
  const key = await shared(opened, theirs, kept.salt, ["decrypt"]);
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, key, kept.bytes));
}

type Ingredients = Pick<Lock, "device" | "salt" | "rounds">;

async function keyOf(pin: string, { device, salt, rounds }: Ingredients): Promise<CryptoKey> {
  const typed = new TextEncoder().encode(pin.normalize("NFKC").trim());
  const given = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveBits"]);
  const slowly = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  const slow = await crypto.subtle.deriveBits(slowly, given, 256);
  const both = await crypto.subtle.sign("HMAC", device, slow);
  return crypto.subtle.importKey("raw", both, "AES-GCM", false, ["wrapKey", "unwrapKey"]);
}

async function shared(ours: CryptoKey, theirs: CryptoKey, salt: Bytes, uses: KeyUsage[]): Promise<CryptoKey> {
  const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours, 256);
  const drawn = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
  const by = { name: "HKDF", hash: "SHA-256", salt, info: ABOUT };
  return crypto.subtle.deriveKey(by, drawn, { name: "AES-GCM", length: 256 }, false, uses);
}

function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
