import type { CodegenConfig } from "@graphql-codegen/cli";

/** What the server's scalars are in JSON. */
const scalars = {
  ID: "string",
  DateTime: "string",
  URL: "string",
  JSON: "unknown",
};

const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: ["operations/*.graphql", "src/**/*.graphql"],
  generates: {
    "src/api/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        strictScalars: true,
        useTypeImports: true,
        scalars,
      },
    },
  },
};

export default config;
