interface PageInfo {
  hasNextPage: true;
  endCursor: string;
}

/** The first `pageInfo` in an answer that leads on; undefined where the answer is the last page. */
export function nextPage(answer: unknown): PageInfo | undefined {
  if (typeof answer !== "object" || answer === null) {
    return undefined;
  }
  if ("pageInfo" in answer && isNext(answer.pageInfo)) {
    return answer.pageInfo;
  }
  for (const value of Object.values(answer)) {
    const found = nextPage(value);
    if (found) {
      return found;
    }
  }
  return undefined;
}

function isNext(value: unknown): value is PageInfo {
  return (
    typeof value === "object" &&
    value !== null &&
    "hasNextPage" in value &&
    value.hasNextPage === true &&
    "endCursor" in value &&
    typeof value.endCursor === "string"
  );
}
