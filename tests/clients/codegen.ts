import type { CodegenConfig } from "@graphql-codegen/cli";

// #region config
const config: CodegenConfig = {
  schema: "../../schema.graphql",
  documents: ["../../playground/operations/*.graphql", "android/*.graphql", "src/**/*.ts", "!src/relay/**"],
  generates: {
    "src/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        scalars: { ID: "string", DateTime: "string", URL: "string", JSON: "unknown" },
        strictScalars: true,
        // Apollo and urql add __typename to every selection; optimistic answers must have it.
        nonOptionalTypename: true,
        skipTypeNameForRoot: true,
        useTypeImports: true,
        importExtension: ".js",
        emitLegacyCommonJSImports: false,
      },
    },
    // Which types stand behind an interface: for caches that must know.
    "src/generated/possible-types.ts": {
      plugins: ["fragment-matcher"],
      config: { apolloClientVersion: 3, useExplicitTyping: true },
    },
  },
};
// #endregion

export default config;
