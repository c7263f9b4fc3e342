import { Kind, parse } from "graphql";

/**
 * The operation that is meant. GraphiQL learns an editor's operations a moment after its text: run
 * right after a change of tabs, it names the other tab's. A document of one operation needs no such
 * telling.
 */
export function operationNameOf(query: string, told: string | null | undefined): string | undefined {
  try {
    const operations = parse(query).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const [only, ...others] = operations;
    if (only?.kind === Kind.OPERATION_DEFINITION && others.length === 0) {
      return only.name?.value;
    }
  } catch {
    // The server says what is wrong with it, and where.
  }
  return told ?? undefined;
}
