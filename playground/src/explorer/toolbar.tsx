import { ToolbarButton, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { parse as parseJsonc } from "jsonc-parser";
import { useState } from "react";
import { copy } from "./clipboard";
import { curl } from "./curl";
import { LinkIcon, NextPageIcon, TerminalIcon } from "./icons";
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
    const command = curl({
      query: query(),
      variables: parseJsonc(variables()) as unknown,
      operationName,
      headers: (parseJsonc(headerEditor?.getValue() ?? "") ?? {}) as Record<string, string>,
    });
    copyAs("curl command", command);
  }

  function goOn() {
    const page = nextPage(parseJsonc(responseEditor?.getValue() ?? ""));
    if (!page) {
      say("The answer has no next page");
    } else if (!/\$after\b/.test(query())) {
      say("The operation has no variable $after");
    } else {
      const given = (parseJsonc(variables()) ?? {}) as Record<string, unknown>;
      variableEditor?.setValue(JSON.stringify({ ...given, after: page.endCursor }, null, 2));
      say("");
      void run();
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
