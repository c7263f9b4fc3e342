// The app login, as a phone's browser would walk it.

const APP = "at.lockstep.player://spotify/callback";

/** The tokens that an app finds in the address which ends its login. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

/** Logs `person` in through the consent page, and gives what the app gets. */
export async function logIn(url: string, person = "ada.lindqvist"): Promise<Tokens> {
  // What a Custom Tab is opened with.
  const start = await fetch(`${url}login/spotify/?redirect_uri=${encodeURIComponent(APP)}`, { redirect: "manual" });
  const cookie = start.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const consent = await fetch(location(start), {
    method: "POST",
    body: new URLSearchParams({ person, decision: "allow" }),
    redirect: "manual",
  });
  const end = await fetch(location(consent), { headers: { cookie }, redirect: "manual" });
  const { searchParams } = new URL(location(end));
  return {
    accessToken: required(searchParams, "access_token"),
    refreshToken: required(searchParams, "refresh_token"),
    expiresIn: Number(required(searchParams, "expires_in")),
  };
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
    throw new Error(`no ${name} came back`);
  }
  return value;
}
