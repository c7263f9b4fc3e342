import { TypedDocumentString } from "./generated/graphql";

/** An error of a GraphQL answer, with what this server puts into its extensions. */
export interface ApiError {
  message: string;
  path?: (string | number)[];
  extensions?: {
    code?: string;
    loginUrl?: string;
  };
}

export interface ApiAnswer<Data = unknown> {
  data?: Data | null;
  errors?: ApiError[];
}

/** No GraphQL answer came: no connection, or something else answered in the server's place. */
export class Unreachable extends Error {}

/** Beside the page, wherever that is: the server may stand below a path prefix. */
export const endpoint = new URL("graphql", document.baseURI);

/** Sends a request as it stands. */
export async function send<Data>(body: object, headers: Record<string, string> = {}): Promise<ApiAnswer<Data>> {
  let response: Response;
  try {
    response = await fetch(endpoint, {
      method: "POST",
      headers: {
        accept: "application/graphql-response+json, application/json;q=0.9",
        "content-type": "application/json",
        ...headers,
      },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Unreachable("The server cannot be reached.");
  }
  if (!/json/.test(response.headers.get("content-type") ?? "")) {
    throw new Unreachable(`Something that is not the server answered, with status ${response.status}.`);
  }
  return (await response.json()) as ApiAnswer<Data>;
}

/** Sends an operation whose variables and answer have types. */
export function request<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
): Promise<ApiAnswer<Data>> {
  return send<Data>({ query: document.toString(), variables });
}

/** The first error with `code`. */
export function withCode(answer: ApiAnswer, code: string): ApiError | undefined {
  return answer.errors?.find((error) => error.extensions?.code === code);
}
