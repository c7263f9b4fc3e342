import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { createContext, useContext } from "react";
import type { OwnData } from "../operations/own-data";
import { about, SAVED, type SavedOperation } from "../operations/saved";
import { SavedIcon } from "./icons";
import { NARROW } from "./layout";

/** The logged-in person's own data, for the saved operations. */
export const Own = createContext<OwnData>({});

/** The saved operations, to be opened again after their tabs were closed or changed. */
export const SAVED_PLUGIN: GraphiQLPlugin = {
  title: "Saved operations",
  icon: SavedIcon,
  content: Saved,
};

function Saved() {
  const own = useContext(Own);
  const { addTab, changeTab, setVisiblePlugin } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL(({ tabs, queryEditor, variableEditor }) => ({
    tabs,
    queryEditor,
    variableEditor,
  }));

  function open({ query, variables }: SavedOperation) {
    const opened = tabs.findIndex((tab) => tab.query === query);
    if (opened >= 0) {
      changeTab(opened);
    } else {
      addTab();
      queryEditor?.setValue(query);
      variableEditor?.setValue(variables(own));
    }
    // On a phone the list covers the editor.
    if (matchMedia(NARROW).matches) {
      setVisiblePlugin(null);
    }
  }

  return (
    <section aria-labelledby="saved-operations">
      <h2 id="saved-operations" className="plugin-title">
        Saved operations
      </h2>
      <ul className="saved">
        {SAVED.map((operation) => (
          <li key={operation.title}>
            <button type="button" className="graphiql-un-styled" onClick={() => open(operation)}>
              <span className="saved-title">{operation.title}</span>{" "}
              <span className="saved-about">{about(operation)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
