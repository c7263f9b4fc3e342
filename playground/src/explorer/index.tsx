import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./explorer.css";
import "./workers";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import type { Fetcher, FetcherReturnType } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { useCallback, useMemo } from "react";
import { type ApiAnswer, send, Unreachable } from "../api/request";
import type { OwnData } from "../operations/own-data";
import { fillStoredTabs, firstTabs } from "../operations/tabs";
import { NARROW } from "./layout";
import { NoAnswer } from "./no-answer";
import { operationNameOf } from "./operation-name";
import { Own, SAVED_PLUGIN } from "./saved-plugin";
import { takeShared } from "./share";
import { defineThemes, THEMES } from "./themes";
import { Extras } from "./toolbar";

// Asked for before GraphiQL asks, so that the themes are there when it draws.
void import("monaco-graphql/esm/monaco-editor.js").then(defineThemes);

interface Props {
  own: OwnData;
  observe: (outcome: ApiAnswer | Unreachable) => void;
}

const PLUGINS = [SAVED_PLUGIN, HISTORY_PLUGIN];

// Once, and not where the page is drawn: React may begin that anew, and the address has it no more.
const SHARED = takeShared();

/** GraphiQL with this server's additions. */
export default function Explorer({ own, observe }: Props) {
  const fetcher = useCallback<Fetcher>(
    async (parameters, options): Promise<Awaited<FetcherReturnType>> => {
      const headers = (options?.headers ?? {}) as Record<string, string>;
      // With a token of its own a request tells nothing of who is logged in here.
      const ofSession = !Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
      try {
        const operationName = operationNameOf(parameters.query, parameters.operationName);
        const answer = await send({ ...parameters, operationName }, headers);
        if (ofSession) {
          observe(answer);
        }
        return answer as Awaited<FetcherReturnType>;
      } catch (error) {
        if (error instanceof Unreachable) {
          observe(error);
        }
        throw error;
      }
    },
    [observe],
  );
  const initial = useMemo(() => {
    fillStoredTabs(own);
    return {
      defaultTabs: firstTabs(own),
      ...(SHARED && { initialQuery: SHARED.query, initialVariables: SHARED.variables ?? "" }),
    };
  }, [own]);

  return (
    <Own value={own}>
      <GraphiQL
        fetcher={fetcher}
        plugins={PLUGINS}
        editorTheme={THEMES}
        showPersistHeadersSettings={false}
        // A phone has no room for them until they are asked for.
        defaultEditorToolsVisibility={matchMedia(NARROW).matches ? false : "variables"}
        {...initial}
      >
        <GraphiQL.Logo>{null}</GraphiQL.Logo>
        <GraphiQL.Toolbar>
          {({ prettify, merge, copy }) => (
            <>
              {prettify}
              {merge}
              {copy}
              <Extras />
            </>
          )}
        </GraphiQL.Toolbar>
        <GraphiQL.Footer>
          <NoAnswer />
        </GraphiQL.Footer>
      </GraphiQL>
    </Own>
  );
}
