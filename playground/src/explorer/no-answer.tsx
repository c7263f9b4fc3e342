import { useGraphiQL } from "@graphiql/react";

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** What stands in the place of an answer, until there is one. */
export function NoAnswer() {
  const empty = useGraphiQL(
    ({ tabs, activeTabIndex, isFetching }) => !isFetching && !tabs[activeTabIndex]?.response,
  );
  return (
    empty && (
      <p className="no-answer">
        Run the operation to see its answer
        <span className="keys">
          <kbd>{APPLE ? "⌘" : "Ctrl"}</kbd> <kbd>Enter</kbd>
        </span>
      </p>
    )
  );
}
