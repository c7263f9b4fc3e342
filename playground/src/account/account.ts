import { type AccountQuery, AccountDocument, LogOutDocument } from "../api/generated/graphql";
import { type ApiAnswer, request, withCode } from "../api/request";

export type Person = AccountQuery["me"];

export type Account =
  | { state: "unknown" }
  | { state: "loggedOut" }
  | { state: "loggedIn"; person: Person }
  | { state: "failed"; message: string };

/** Who is logged in, and the login address where the Spotify authorization has ended. */
export interface Standing {
  account: Account;
  renewal: string | undefined;
}

/** Below the page, so that it works below a path prefix too. */
export const LOGIN = "login/spotify/";

export async function ask(): Promise<Standing> {
  try {
    const answer = await request(AccountDocument);
    return { account: accountOf(answer), renewal: renewalOf(answer) };
  } catch (error) {
    return { account: { state: "failed", message: messageOf(error) }, renewal: undefined };
  }
}

export async function logOut(): Promise<void> {
  const answer = await request(LogOutDocument);
  const error = answer.errors?.[0];
  if (error) {
    throw new Error(error.message);
  }
}

/** The login address, where an answer says that the authorization must be renewed. */
export function renewalOf(answer: ApiAnswer): string | undefined {
  const error = withCode(answer, "REAUTHORIZATION_REQUIRED");
  return error && (error.extensions?.loginUrl ?? LOGIN);
}

/** The smallest picture that is still sharp at `pixels`. */
export function picture(person: Person, pixels: number): string | undefined {
  const images = [...(person.images ?? [])].sort((a, b) => (a.width ?? 0) - (b.width ?? 0));
  return (images.find((image) => (image.width ?? 0) >= pixels) ?? images.at(-1))?.url;
}

function accountOf(answer: ApiAnswer<AccountQuery>): Account {
  if (answer.data) {
    return { state: "loggedIn", person: answer.data.me };
  }
  if (withCode(answer, "UNAUTHENTICATED")) {
    return { state: "loggedOut" };
  }
  if (withCode(answer, "REAUTHORIZATION_REQUIRED")) {
    return { state: "loggedOut" };
  }
  return { state: "failed", message: answer.errors?.[0]?.message ?? "The server's answer is empty." };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
