import { endpoint } from "../api/request";

interface Request {
  query: string;
  variables?: unknown;
  operationName?: string | undefined;
  headers?: Record<string, string> | undefined;
}

/**
 * The request as a curl command for a POSIX shell. The session's cookie is out of any script's reach,
 * so the command takes an access token from the environment, unless the request brings its own.
 */
export function curl({ headers = {}, ...body }: Request): string {
  const bringsToken = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  const lines = [
    `curl ${quote(endpoint.href)}`,
    `--header ${quote("Content-Type: application/json")}`,
    ...(bringsToken ? [] : ['--header "Authorization: Bearer $SPOTIFY_ACCESS_TOKEN"']),
    ...Object.entries(headers).map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`),
    `--data ${quote(JSON.stringify(body))}`,
  ];
  return lines.join(" \\\n  ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
