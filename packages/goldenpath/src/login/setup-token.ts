import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The cookie that carries the token from the link to the sign-up form. */
export const setupCookie = "goldenpath_setup";

/**
 * The first account where sign-up is closed: whoever can read the server's output opens the link it printed
 * and makes the admin's account. All nodes with the same secret print the same link, and any of them takes it.
 * The token dies with the first account.
 */
export class SetupToken {
  readonly token: string;

  constructor(secret: string) {
    this.token = createHmac("sha256", secret).update("goldenpath setup link").digest("base64url");
  }

  fits(candidate: string | undefined): boolean {
    return candidate !== undefined && timingSafeEqual(digest(candidate), digest(this.token));
  }

  /** Reads the token from a Cookie header. */
  fitsCookie(header: string | null | undefined): boolean {
    for (const pair of (header ?? "").split(";")) {
      const [name, value] = pair.trim().split("=", 2);
      if (name === setupCookie && this.fits(value)) return true;
    }
    return false;
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
