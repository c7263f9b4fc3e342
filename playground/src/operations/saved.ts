import type {
  HistoryQueryVariables,
  MyPlaylistsQueryVariables,
  PlaylistPageQueryVariables,
  TracksWithBeatsQueryVariables,
  UploadBeatsMutationVariables,
} from "../api/generated/graphql";
import history from "../../operations/history.graphql?raw";
import me from "../../operations/me.graphql?raw";
import myPlaylists from "../../operations/my-playlists.graphql?raw";
import playlistPage from "../../operations/playlist-page.graphql?raw";
import tracksWithBeats from "../../operations/tracks-with-beats.graphql?raw";
import uploadBeats from "../../operations/upload-beats.graphql?raw";
import type { OwnData } from "./own-data";

/** An operation that the playground brings along. */
export interface SavedOperation {
  title: string;
  query: string;
  /** The variables as JSON text, filled from the person's own data. */
  variables: (own: OwnData) => string;
}

const PLAYLIST = "a playlist's id, URI or link";
const TRACK = "a track's id, URI or link";

export const SAVED: readonly SavedOperation[] = [
  { title: "Me", query: me, variables: () => "" },
  {
    title: "My playlists",
    query: myPlaylists,
    variables: () => json<MyPlaylistsQueryVariables>({ first: 20, after: null }),
  },
  {
    title: "A playlist, page by page",
    query: playlistPage,
    variables: ({ playlistId = PLAYLIST }) =>
      json<PlaylistPageQueryVariables>({ id: playlistId, first: 25, after: null }),
  },
  {
    title: "Tracks with beats",
    query: tracksWithBeats,
    variables: ({ playlistId = PLAYLIST }) =>
      json<TracksWithBeatsQueryVariables>({ id: playlistId, first: 50, after: null }),
  },
  {
    title: "Upload beats",
    query: uploadBeats,
    variables: ({ trackId = TRACK }) =>
      json<UploadBeatsMutationVariables>({
        input: {
          trackId,
          type: "beats",
          version: 1,
          collection: { bpm: 120, beats: [0.5, 1, 1.5, 2] },
        },
      }),
  },
  {
    title: "History of a track",
    query: history,
    variables: ({ trackId = TRACK }) =>
      json<HistoryQueryVariables>({ trackId, type: "beats", first: 20, after: null }),
  },
];

/** The first sentence of the comment that an operation begins with. */
export function about({ query }: SavedOperation): string {
  const [comment = ""] = query.match(/^(?:#.*\n)+/) ?? [];
  const text = comment.replaceAll(/^# ?/gm, "").replaceAll("\n", " ");
  return text.match(/^.*?\.(?= )/)?.[0] ?? text;
}

function json<Variables>(variables: Variables): string {
  return JSON.stringify(variables, null, 2);
}
