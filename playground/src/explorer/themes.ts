import type * as Monaco from "monaco-graphql/esm/monaco-editor.js";

/** The names by which GraphiQL asks for the editor's colours. */
export const THEMES = { light: "lockstep-light", dark: "lockstep-dark" };

const CLEAR = "#00000000";

/**
 * Visual Studio Code's colours on GraphiQL's ground, where they would miss WCAG's contrast of 4.5
 * (success criterion 1.4.3) replaced by stronger ones.
 */
export function defineThemes({ editor }: typeof Monaco): void {
  editor.defineTheme(THEMES.light, {
    base: "vs",
    inherit: true,
    colors: {
      "editor.background": CLEAR,
      "scrollbar.shadow": CLEAR,
      "editorHoverWidget.background": "#ffffff",
      "editorSuggestWidget.background": "#ffffff",
      "editorSuggestWidget.selectedBackground": "#11713a19",
      "editorSuggestWidget.selectedForeground": "#0d5c2f",
      "editorSuggestWidget.highlightForeground": "#0d5c2f",
      "editorWidget.background": "#ffffff",
      "editorLineNumber.foreground": "#55617a",
      "editorLineNumber.dimmedForeground": "#55617a",
      focusBorder: "#11713a",
    },
    rules: [
      { token: "number", foreground: "076b47" },
      { token: "comment", foreground: "007000" },
      { token: "argument.identifier.gql", foreground: "5b57c2" },
    ],
  });
  editor.defineTheme(THEMES.dark, {
    base: "vs-dark",
    inherit: true,
    colors: {
      "editor.background": CLEAR,
      "scrollbar.shadow": CLEAR,
      "editorHoverWidget.background": "#212a3b",
      "editorSuggestWidget.background": "#212a3b",
      "editorSuggestWidget.selectedBackground": "#57d98c26",
      "editorSuggestWidget.selectedForeground": "#7be3a6",
      "editorSuggestWidget.highlightForeground": "#7be3a6",
      "editorWidget.background": "#212a3b",
      "editorLineNumber.foreground": "#a9b4c6",
      "editorLineNumber.dimmedForeground": "#a9b4c6",
      focusBorder: "#57d98c",
    },
    rules: [
      { token: "comment", foreground: "8fbc7a" },
      { token: "argument.identifier.gql", foreground: "a9a5ff" },
    ],
  });
}
