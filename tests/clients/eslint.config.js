// The schema rules of @graphql-eslint, recommended and relay: all on, but for what is argued here.
// Run from the repository's root (tests/clients/run does).

import graphql from "@graphql-eslint/eslint-plugin";

const argued = {
  // One line is easier read as one line; both styles are GraphQL's.
  "@graphql-eslint/description-style": "off",
  // Images, payloads and connections are parts of what has an id. What Spotify gives no id for (local
  // files; people, albums and artists of old entries) has none here: an invented one would not last.
  "@graphql-eslint/strict-id-in-types": [
    "error",
    {
      exceptions: {
        types: [
          ...["Album", "Artist", "Episode", "PlaylistOwner", "Show", "SpotifyUser", "Track"],
          ...["Image", "PageInfo"],
          // There is one of each: for a person, or for the server.
          ...["Authorization", "SpotifyAccessToken", "Limits"],
        ],
        suffixes: ["Payload", "Connection", "Edge"],
      },
    },
  ],
  // Lists of a handful (pictures, artists) need no paging, and `nodes` beside `edges` spares a level.
  // There is no Node: ids are Spotify's own, and tell nothing of their type.
  "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
  // Spotify's lists can only be read forward; includeBoth false asks for one direction, whole.
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  // async-graphql prints the standard's @specifiedBy whether a scalar has it or not; types that
  // nothing leads to are left out anyway.
  "@graphql-eslint/no-unreachable-types": "off",
  // `album_type` is Spotify's own name: whether it is an album, a single or a compilation.
  "@graphql-eslint/no-typename-prefix": "off",
};

export default [
  {
    files: ["**/*.graphql"],
    plugins: { "@graphql-eslint": graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: "schema.graphql" } } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      ...argued,
    },
  },
];
