import type { OwnData } from "./own-data";
import { SAVED } from "./saved";

/** GraphiQL keeps its tabs under this key of the local storage. */
const TABS = "graphiql:tabState";
/** What the saved operations' variables were filled with the last time, by title. */
const FILLED = "lockstep:filled";

interface Tab {
  query: string | null;
  variables: string | null;
}

/**
 * Fills the variables of the saved operations that already stand in tabs, where they are still as
 * this page wrote them: what the person changed stays. To be called before GraphiQL reads its tabs.
 */
export function fillStoredTabs(own: OwnData, storage: Storage = localStorage): void {
  const before = read<Record<string, string>>(storage, FILLED) ?? {};
  const state = read<{ tabs: Tab[] }>(storage, TABS);
  const filled: Record<string, string> = {};
  for (const { title, query, variables } of SAVED) {
    const text = variables(own);
    filled[title] = text;
    for (const tab of state?.tabs ?? []) {
      const untouched = [before[title], variables({}), "", null].includes(tab.variables);
      if (tab.query === query && untouched) {
        tab.variables = text;
      }
    }
  }
  write(storage, FILLED, filled);
  if (state) {
    write(storage, TABS, state);
  }
}

/** The tabs of a first visit. */
export function firstTabs(own: OwnData): { query: string; variables: string }[] {
  return SAVED.map(({ query, variables }) => ({ query, variables: variables(own) }));
}

function read<Value>(storage: Storage, key: string): Value | undefined {
  try {
    const text = storage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as Value);
  } catch {
    return undefined;
  }
}

function write(storage: Storage, key: string, value: unknown): void {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs only the convenience.
  }
}
