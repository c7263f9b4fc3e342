import { ToolbarButton, tryParseJSONC, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useState } from "react";
import { copy } from "./clipboard";
import { curl } from "./curl";
import { LinkIcon, NextPageIcon, TerminalIcon } from "./icons";
import { operationNameOf } from "./operation-name";
import { nextPage } from "./paging";
import { shareLink } from "./share";

/** What this playground adds beside the editor. */
export function Extras() {
  const { queryEditor, variableEditor, headerEditor, responseEditor, operationName } = useGraphiQL(
    ({ queryEditor, variableEditor, headerEditor, responseEditor, operationName }) => ({
      queryEditor,
      variableEditor,
      headerEditor,
      responseEditor,
      operationName,
    }),
  );
  const { run } = useGraphiQLActions();
  const [said, say] = useState("");

  const query = () => queryEditor?.getValue() ?? "";
  const variables = () => variableEditor?.getValue() ?? "";

  function copyAs(what: string, text: string) {
    copy(text).then(
      () => say(`${what} copied`),
      (error: Error) => say(`Not copied: ${error.message}`),
    );
  }

  function asCurl() {
    attempt(() => {
      const command = curl({
        query: query(),
        variables: tryParseJSONC(variables()),
        operationName: operationNameOf(query(), operationName),
        headers: tryParseJSONC(headerEditor?.getValue()) as Record<string, string> | undefined,
      });
      copyAs("curl command", command);
    });
  }

  function goOn() {
    attempt(() => {
      const page = nextPage(tryParseJSONC(responseEditor?.getValue()));
      if (!page) {
        say("The answer has no next page");
      } else if (!/\$after\b/.test(query())) {
        say("The operation has no variable $after");
      } else {
        const given = tryParseJSONC(variables());
        variableEditor?.setValue(JSON.stringify({ ...given, after: page.endCursor }, null, 2));
        say("");
        void run();
      }
    });
  }

  /** What is in an editor may not be JSON yet. */
  function attempt(act: () => void) {
    try {
      act();
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <>
      <ToolbarButton label="Next page" onClick={goOn}>
        <NextPageIcon />
      </ToolbarButton>
      <ToolbarButton label="Copy as curl" onClick={asCurl}>
        <TerminalIcon />
      </ToolbarButton>
      <ToolbarButton
        label="Copy a link to this operation"
        onClick={() => copyAs("Link", shareLink({ query: query(), variables: variables() }))}
      >
        <LinkIcon />
      </ToolbarButton>
      <span
        key={said}
        role="status"
        className="toast"
        // A new text is a new element, whose animation ends with it out of sight.
        onAnimationEnd={() => say("")}
      >
        {said}
      </span>
    </>
  );
}
