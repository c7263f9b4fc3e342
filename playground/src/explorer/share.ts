/** What a share link carries. Never headers: they may hold a token. */
export interface Shared {
  query: string;
  variables?: string;
}

/** A link to this page that opens `shared` in a tab. In the fragment, which no server gets to see. */
export function shareLink({ query, variables }: Shared): string {
  const fragment = new URLSearchParams({ query });
  if (variables?.trim()) {
    fragment.set("variables", variables);
  }
  return `${location.origin}${location.pathname}#${fragment}`;
}

/** What the page was opened with, taken out of the address: a reload must not open it again. */
export function takeShared(): Shared | undefined {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const query = fragment.get("query");
  if (!query) {
    return undefined;
  }
  history.replaceState(history.state, "", location.pathname + location.search);
  const variables = fragment.get("variables");
  return { query, ...(variables && { variables }) };
}
