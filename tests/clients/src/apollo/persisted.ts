import { createHash } from "node:crypto";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";

// #region persisted
/** Sends a query's hash instead of its text, and the text once where the server does not know it yet. */
export const persistedQueries = new PersistedQueryLink({
  // In a browser: crypto.subtle.digest.
  sha256: (text) => createHash("sha256").update(text).digest("hex"),
});
// #endregion
