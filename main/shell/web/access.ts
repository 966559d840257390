import { randomBytes, timingSafeEqual } from "node:crypto";

const SECRET_BYTES = 32;
const MAX_SIGNED_IN = 16;

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Who may open the web console: whoever holds the newest one-time token, and from then on the browser that redeemed one.
 *
 * Invariants: at most one token is open, a new one closes it; a token signs in once; secrets live in memory only and end with the process.
 */
export class Access {
  readonly cookieName: string;
  #token: string | null = null;
  readonly #signedIn: string[] = [];

  /** Cookies are shared by all ports of a host, so the port is in the name. */
  constructor(port: number) {
    this.cookieName = `ballast-${port}`;
  }

  /** Makes the token of a fresh link; the link before it no longer works. */
  issueToken(): string {
    this.#token = newSecret();
    return this.#token;
  }

  /** Trades a token for a `Set-Cookie` value; null for one that is wrong or used. */
  redeem(token: string): string | null {
    if (this.#token === null || !isSame(token, this.#token)) return null;
    this.#token = null;
    const secret = newSecret();
    this.#signedIn.push(secret);
    if (this.#signedIn.length > MAX_SIGNED_IN) this.#signedIn.shift();
    return `${this.cookieName}=${secret}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Says whether a `Cookie` header carries what `redeem` gave. */
  isSignedIn(cookieHeader: string | undefined): boolean {
    const prefix = `${this.cookieName}=`;
    const given = (cookieHeader ?? "")
      .split(";")
      .map((part) => part.trim())
      .find((part) => part.startsWith(prefix));
    if (given === undefined) return false;
    const secret = given.slice(prefix.length);
    return this.#signedIn.some((known) => isSame(secret, known));
  }
}
