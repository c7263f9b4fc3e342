// The app's logins, as a phone's browser and the app would walk them.

import { createHash, randomBytes } from "node:crypto";
import { print } from "graphql";
import { RedeemLoginCodeDocument, type RedeemLoginCodeMutation } from "../generated/graphql.js";

const APP = "at.lockstep.player://spotify/callback";

/** Logs `person` in by code, and gives the app's token. */
export async function logIn(url: string, person = "ada.lindqvist", deviceName = "a phone"): Promise<string> {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(32).toString("base64url");
  const callback = await walk(url, person, {
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state,
  });
  if (callback.get("state") !== state) {
    throw new Error("the callback is of another login");
  }
  const response = await fetch(`${url}graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      query: print(RedeemLoginCodeDocument),
      variables: { code: required(callback, "code"), verifier, deviceName },
    }),
  });
  const { data, errors } = (await response.json()) as { data: RedeemLoginCodeMutation | null; errors?: unknown };
  if (!data) {
    throw new Error(`the code was not redeemed: ${JSON.stringify(errors)}`);
  }
  return data.redeemLoginCode.token;
}

/** Logs `person` in the old way, and gives Spotify's access token. */
export async function spotifyToken(url: string, person = "ada.lindqvist"): Promise<string> {
  return required(await walk(url, person, {}), "access_token");
}

/** Through the consent page; what the address has that the app is called back at. */
async function walk(url: string, person: string, parameters: Record<string, string>): Promise<URLSearchParams> {
  // What a Custom Tab is opened with.
  const query = new URLSearchParams({ redirect_uri: APP, ...parameters });
  const start = await fetch(`${url}login/spotify/?${query}`, { redirect: "manual" });
  const cookie = start.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const consent = await fetch(location(start), {
    method: "POST",
    body: new URLSearchParams({ person, decision: "allow" }),
    redirect: "manual",
  });
  const end = await fetch(location(consent), { headers: { cookie }, redirect: "manual" });
  return new URL(location(end)).searchParams;
}

function location(response: Response): string {
  const target = response.headers.get("location");
  if (target === null) {
    throw new Error(`${response.url} answered ${response.status} without a redirect`);
  }
  return new URL(target, response.url).href;
}

function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value === null) {
    throw new Error(`no ${name} came back: ${parameters}`);
  }
  return value;
}
